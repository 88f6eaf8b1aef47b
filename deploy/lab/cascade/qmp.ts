import { RetryableError } from '@nestwatch/common/errors';
import { openPipes } from './pipes.ts';

/** What QEMU answers: docs/interop/qmp-spec.rst. */
interface Answer {
  id?: number;
  return?: unknown;
  error?: { desc?: string };
  QMP?: unknown;
}

interface Waiting {
  done(value: unknown): void;
  failed(error: Error): void;
}

/** Orders to a QEMU, by the pipes that its monitor is to have: arguments of {@link monitorArgs}. */
export async function openQmp(path: string, busybox: string) {
  const waiting = new Map<number, Waiting>();
  let next = 1;
  const onLine = (line: string) => {
    const { id, error, return: value } = parseAnswer(line);
    const asked = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || asked === undefined) return;
    waiting.delete(id);
    if (error === undefined) asked.done(value);
    else asked.failed(new RetryableError(`QEMU refused: ${error.desc ?? 'it does not say why'}`));
  };
  const pipes = await openPipes(path, { busybox, onLine });
  const ask = (command: string, args: object) =>
    new Promise<unknown>((done, failed) => {
      const id = next++;
      waiting.set(id, { done, failed });
      pipes.write(JSON.stringify({ execute: command, arguments: args, id }));
    });
  // QEMU takes orders only after this one.
  const ready = ask('qmp_capabilities', {});
  ready.catch(() => undefined);
  let isOpen = true;
  return {
    /** @throws RetryableError with what QEMU says against it */
    async execute(command: string, args: object = {}): Promise<unknown> {
      await ready;
      if (!isOpen) throw new RetryableError('QEMU has ended');
      return ask(command, args);
    },
    /** Pending orders fail. May be called twice. */
    close() {
      if (!isOpen) return;
      isOpen = false;
      pipes.close();
      for (const { failed } of waiting.values()) failed(new RetryableError('QEMU has ended'));
      waiting.clear();
    },
  };
}

/** Arguments of the QEMU that is to take orders by these pipes. */
export const monitorArgs = (path: string) => [
  '-chardev',
  `pipe,id=qmp,path=${path.replaceAll(',', ',,')}`,
  '-mon',
  'chardev=qmp,mode=control',
];

function parseAnswer(line: string): Answer {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return {};
  }
}
