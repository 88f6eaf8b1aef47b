import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../debian/run.ts';
import { inTree } from './libraries.ts';

/**
 * Makes an ext4 image, sparse, with a folder's files in it; nothing is mounted, so root is not needed.
 * @param system Tree that has mke2fs.
 */
export async function makeExt4(
  system: string,
  image: string,
  { sizeBytes, from, label }: { sizeBytes: number; from: string; label: string },
): Promise<void> {
  await writeFile(image, '');
  await truncate(image, sizeBytes);
  const [program, args] = inTree(system, join(system, 'sbin/mke2fs'));
  await run(program, [
    ...args,
    ...['-q', '-F', '-t', 'ext4', '-m', '0', '-L', label, '-d', from],
    // Lost with the machine anyway: a journal would only cost writes in every layer.
    ...['-O', '^has_journal', '-E', 'lazy_itable_init=1,nodiscard,root_owner=0:0'],
    image,
  ]);
}
