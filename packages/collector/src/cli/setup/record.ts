import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '@nestwatch/common/errors';
import type { Machine } from './machine.ts';
import type { Note } from './step.ts';

/** Where it is kept what setup made here. */
export const RECORD = '/etc/nestwatch/setup.json';

interface Kept {
  /** What was chosen: lab, address. */
  readonly choices: Readonly<Record<string, string>>;
  readonly made: Readonly<Record<string, Note>>;
}

export type SetupRecord = ReturnType<typeof openRecord>;

/** What setup chose and made, on disk after each change. @throws UsageError when setup did not write the file */
export function openRecord(machine: Machine) {
  const file = machine.at(RECORD);
  let kept = read(file);
  const save = (next: Kept) => {
    kept = next;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  };
  return {
    get isEmpty(): boolean {
      return Object.keys(kept.made).length === 0;
    },
    choice: (name: string) => kept.choices[name],
    choose: (choices: Kept['choices']) => save({ ...kept, choices: { ...kept.choices, ...choices } }),
    note: (name: string) => kept.made[name],
    keep: (name: string, note: Note) => save({ ...kept, made: { ...kept.made, [name]: note } }),
    drop(name: string): void {
      const { [name]: _, ...made } = kept.made;
      save({ ...kept, made });
    },
    remove: () => rmSync(file, { force: true }),
  };
}

function read(file: string): Kept {
  if (!existsSync(file)) return { choices: {}, made: {} };
  try {
    const { choices, made } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
    if (typeof choices === 'object' && typeof made === 'object') return { choices, made };
  } catch {
    // As for what is something else.
  }
  throw new UsageError(`${file} is not what setup wrote: correct it, or move it away`);
}
