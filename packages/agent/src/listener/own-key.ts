import { existsSync, writeFileSync } from 'node:fs';
import { readSecret } from '@nestwatch/common/nats/secret-file';

/** The key of this machine. */
export interface OwnKey {
  readonly seed: Uint8Array;
  /** Begins with U. */
  readonly publicKey: string;
}

/**
 * Reads the key of a file, or makes one there, which its owner alone can read.
 * @throws UsageError when the file holds no key, or others can read it; Error when it cannot be written
 */
export async function ownKey(file: string): Promise<OwnKey> {
  const { nkeys } = await import('@nats-io/transport-node');
  if (!existsSync(file)) {
    const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
    writeFileSync(file, `${seed}\n`, { mode: 0o600, flag: 'wx' });
  }
  return readSecret('nats.nkey', file, 'NKey seed', (bytes) => {
    const seed = new TextEncoder().encode(bytes.toString().trim());
    return { seed, publicKey: nkeys.fromSeed(seed).getPublicKey() };
  });
}
