import { run } from '../../debian/run.ts';

/** With its holes, and with shared blocks where the filesystem can. */
export async function copyDisk(from: string, to: string): Promise<void> {
  await run('cp', ['--sparse=always', '--reflink=auto', from, to]);
}
