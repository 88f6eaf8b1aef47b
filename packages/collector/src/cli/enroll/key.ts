import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { nkeys } from '@nats-io/transport-node';
import { UsageError } from '@nestwatch/common/errors';

/** The key of somebody who is enrolled. */
export interface Key {
  /** Begins with U. */
  readonly publicKey: string;
  /** Writes the seed to its file, where it has one. @throws when it cannot be written */
  save(): void;
  /** Prints the seed, where that was asked for. */
  print(): void;
  /** Takes back what `save` wrote. */
  forget(): void;
  /** Where its seed is written to, for people; undefined where none was made. */
  readonly writtenTo?: string;
}

/** @throws UsageError when it is not the public key of a user */
export function givenKey(publicKey: string): Key {
  if (!/^U[A-Z2-7]{55}$/.test(publicKey)) {
    throw new UsageError(`${publicKey} is not the public key of a user (56 characters that begin with U)`);
  }
  const nothing = () => undefined;
  return { publicKey, save: nothing, print: nothing, forget: nothing };
}

/**
 * A new key, whose seed goes to a file that its owner alone can read, or is printed.
 * @param file must not exist; "-" for standard output
 * @throws UsageError when the file exists
 */
export function newKey(file: string, stdout: { write(text: string): unknown }): Key {
  if (file !== '-' && existsSync(file)) {
    throw new UsageError(`${file} exists: remove it, name another with --key, or give --public-key`);
  }
  const pair = nkeys.createUser();
  const seed = `${new TextDecoder().decode(pair.getSeed())}\n`;
  return {
    publicKey: pair.getPublicKey(),
    writtenTo: file === '-' ? 'standard output' : file,
    save() {
      if (file !== '-') writeFileSync(file, seed, { mode: 0o600, flag: 'wx' });
    },
    print() {
      if (file === '-') stdout.write(seed);
    },
    forget() {
      if (file !== '-') rmSync(file, { force: true });
    },
  };
}
