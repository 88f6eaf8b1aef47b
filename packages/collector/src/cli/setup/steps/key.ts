import { rmSync } from 'node:fs';
import { nkeys } from '@nats-io/transport-node';
import { UsageError } from '@nestwatch/common/errors';
import { type AccountsText, accountsText } from '../../enroll/accounts/accounts-text.ts';
import type { Member } from '../../enroll/accounts/member.ts';
import { editFile } from '../../enroll/edit-file.ts';
import { newKey } from '../../enroll/key.ts';
import { type Access, giveTo, type Machine, textOf } from '../machine.ts';
import { ACCOUNTS } from '../places.ts';
import type { Step } from '../step.ts';

interface KeyStepOptions {
  readonly machine: Machine;
  readonly name: string;
  /** Whose it is; undefined as long as the program is not installed that knows. */
  member(): Member | undefined;
  /** The file of its seed. */
  readonly path: string;
  readonly access: Access;
  readonly what: string;
}

/** A key in its file, and its owner in accounts.conf. */
export function keyStep({ machine, name, member, path, access, what }: KeyStepOptions): Step {
  const accounts = () => accountsText(textOf(machine, ACCOUNTS) ?? '');
  const publicKey = () => publicKeyIn(path, textOf(machine, path));
  return {
    name,
    what,
    isDone() {
      const [file, key] = [accounts(), publicKey()];
      const who = member()?.name;
      if (who === undefined) return false;
      if (key === undefined) refuseOther(file, who, path);
      return key !== undefined && file.keysOf(who).includes(key);
    },
    make(before) {
      const who = member();
      if (who === undefined) throw new UsageError(`unknown owner of the key ${path}`);
      const isNew = publicKey() === undefined;
      if (isNew) newKey(machine.at(path), { write: () => undefined }).save();
      giveTo(machine, path, access);
      const key = publicKey() ?? '';
      editFile(machine.at(ACCOUNTS), (text) => {
        const file = accountsText(text);
        return file.put([{ member: who, keys: [...file.keysOf(who.name), key] }]);
      });
      return { isNew: before?.['isNew'] ?? isNew, who: who.name };
    },
    undo({ isNew, who }) {
      const file = textOf(machine, ACCOUNTS);
      if (file !== undefined && accountsText(file).names.includes(String(who)))
        editFile(machine.at(ACCOUNTS), (text) => accountsText(text).without(String(who)));
      if (isNew !== true) return `${path} existed before setup`;
      rmSync(machine.at(path), { force: true });
      return undefined;
    },
  };
}

function refuseOther(file: AccountsText, who: string, path: string): void {
  if (file.keysOf(who).length > 0)
    throw new UsageError(
      `${who} is in ${ACCOUNTS} with a key that is not in ${path}: copy that key there, or remove it with "nestwatch revoke"`,
    );
}

/** @throws UsageError when it holds no key */
export function publicKeyIn(path: string, seed: string | undefined): string | undefined {
  if (seed === undefined) return undefined;
  try {
    return nkeys.fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey();
  } catch (error) {
    throw new UsageError(`${path} holds no key: move it away`, { cause: error });
  }
}
