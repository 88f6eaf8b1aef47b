import { existsSync } from 'node:fs';
import { UsageError } from '@nestwatch/common/errors';
import type { Machine } from '../machine.ts';
import type { Step } from '../step.ts';

/** A file that a script of the package makes, and that goes with its folder. */
export function madeByScript(
  machine: Machine,
  { name, path, script, words }: { name: string; path: string; script: string; words: readonly string[] },
): Step {
  return {
    name,
    what: path,
    isDone: () => existsSync(machine.at(path)),
    make() {
      const { status, output } = machine.run(machine.at(script), ...words);
      if (status !== 0) throw new UsageError(`${script} did not create ${path}: ${output.trim()}`);
      return { path };
    },
    undo: () => undefined,
  };
}
