import { rmSync } from 'node:fs';
import { newKey } from '../../enroll/key.ts';
import { giveTo, type Machine, textOf } from '../machine.ts';
import type { Step } from '../step.ts';
import { publicKeyIn } from './key.ts';

/** The key that signs versions which nodes may move to. Root alone has it: the collector does not. */
export function signerStep(machine: Machine, path: string): Step {
  return {
    name: 'packages-key',
    what: `key of packages in ${path}`,
    isDone: () => signerIn(machine, path) !== '',
    make() {
      newKey(machine.at(path), { write: () => undefined }).save();
      giveTo(machine, path, { mode: 0o600 });
      return {};
    },
    undo() {
      rmSync(machine.at(path), { force: true });
      return undefined;
    },
  };
}

/** Its public half; empty as long as there is none. */
export function signerIn(machine: Machine, path: string): string {
  return publicKeyIn(path, textOf(machine, path)) ?? '';
}
