import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Cuts blocks of JetStream's store, as a disk failure or a person may. NATS must be down: where it was stopped in order, its
 * index goes on to remember what the blocks have no more; where it was killed, there is none.
 * @param share gives the share of its length that each block keeps, 0 to 1
 * @param stream whose blocks; those of all streams where it is left out
 * @returns how many there were
 */
export function truncateBlocks(storeDir: string, share: () => number, stream?: string): number {
  const blocks = (readdirSync(storeDir, { recursive: true }) as string[]).filter(
    (name) => name.endsWith('.blk') && (stream === undefined || name.split('/').includes(stream)),
  );
  for (const name of blocks) {
    const file = join(storeDir, name);
    truncateSync(file, Math.floor(statSync(file).size * share()));
  }
  return blocks.length;
}
