import { createLog, silentLog } from '@nestwatch/common/log';
import { type Ranges, union } from '@nestwatch/common/ranges';
import { testClock } from '@nestwatch/testkit/clock';
import { onTestFinished } from 'vitest';
import { diskFiles, type FileWriter, type OutboxFiles } from '../../src/delivery/files.ts';
import { type Outbox, openOutbox } from '../../src/delivery/outbox.ts';
import type { OutboxOptions } from '../../src/delivery/outbox-options.ts';

export const DAY_MS = 86_400_000;
const START_US = 1_700_000_000_000_000;

export const outboxClock = () => testClock({ wallUs: START_US, monoUs: START_US });

export async function open(dir: string, options: Partial<OutboxOptions> = {}): Promise<Outbox> {
  const defaults = { runId: 'boot-1', maxBytes: 64 * 1024 * 1024, maxAgeMs: 30 * DAY_MS, maintainMs: 0 };
  const files = crashable(diskFiles(dir));
  return openOutbox({ ...defaults, dir, clock: outboxClock(), log: silentLog, files, ...options });
}

/** The same folder; what a test leaves open, as a crash would, is closed behind it. */
function crashable(files: OutboxFiles): OutboxFiles {
  return {
    ...files,
    async create(name) {
      const writer = await files.create(name);
      let close: FileWriter['close'] | undefined = () => writer.close();
      const closeOnce = async () => {
        const act = close;
        close = undefined;
        await act?.();
      };
      onTestFinished(closeOnce);
      return { ...writer, close: closeOnce };
    },
  };
}

/** A log and the lines that it wrote. */
export function recordingLog(): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'info', format: 'text', write: (line) => void lines.push(line) }) };
}

/** "boot/seq" of everything pending. */
export const held = (outbox: Outbox): string[] =>
  [...outbox.pending()].map(({ runId, seq }) => `${runId}/${seq}`);

/** How many of the pending messages are in memory only. */
export const heldInMemory = (outbox: Outbox): number =>
  [...outbox.pending()].filter(({ location }) => 'memory' in location).length;

/** Numbers that were let go by policy and not declared yet, whatever their run. */
export const droppedBy = (outbox: Outbox): Ranges =>
  union(...outbox.undeclared().map(({ ranges }) => ranges));

/** Marks everything as sent, which confirming asks for. */
export function send(outbox: Outbox): void {
  for (const entry of outbox.pending()) entry.sentMs = 1;
}
