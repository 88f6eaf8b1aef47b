import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@nestwatch/common/errors';
import type { StagedEntry } from './entry.ts';
import { type Outcome, parseOutcome } from './outcome.ts';

const LOOK_MS = 200;
/** The clock of files runs in steps. */
const STEP_MS = 20;

export interface StagingFolders {
  /** Where entries wait. */
  readonly staged: string;
  /** Where their results are written. */
  readonly outcomes: string;
}

/**
 * Leaves entries for the service that may write the accounts of NATS, which the collector may not.
 * @param pause waits this many ms
 */
export function createStaging({ staged, outcomes }: StagingFolders, pause: (ms: number) => Promise<unknown>) {
  /** @returns undefined while nothing became of it after that time, ms since 1970 */
  const outcomeOf = async (entry: StagedEntry, sinceMs: number): Promise<Outcome | undefined> => {
    const file = join(outcomes, nameOf(entry));
    try {
      if ((await stat(file)).mtimeMs < sinceMs - STEP_MS) return undefined;
      return parseOutcome(await readFile(file, 'utf8'));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  };
  return {
    outcomeOf,
    /**
     * Stages an entry, and waits a while for what becomes of it. The same entry again is the same file.
     * @returns undefined when nothing became of it by then: nobody installs entries here
     * @throws when the folder cannot be written
     */
    async put(entry: StagedEntry, forMs: number): Promise<Outcome | undefined> {
      const sinceMs = Date.now();
      await mkdir(staged, { recursive: true, mode: 0o700 });
      const file = join(staged, nameOf(entry));
      await writeFile(`${file}.new`, JSON.stringify(entry), { mode: 0o600 });
      await rename(`${file}.new`, file);
      for (let waitedMs = 0; waitedMs < forMs; waitedMs += LOOK_MS) {
        await pause(LOOK_MS);
        const outcome = await outcomeOf(entry, sinceMs);
        if (outcome !== undefined) return outcome;
      }
      return undefined;
    },
  };
}

export type Staging = ReturnType<typeof createStaging>;

/** By what is in it. */
function nameOf(entry: StagedEntry): string {
  return `${createHash('sha256').update(JSON.stringify(entry)).digest('hex').slice(0, 32)}.json`;
}
