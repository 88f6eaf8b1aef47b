import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@nestwatch/common/errors';

export type Scratch = Awaited<ReturnType<typeof prepareScratch>>;

/** Folders of runs are named run-<pid>-<random>. */
const RUN_FOLDER = /^run-(\d+)-/;

/**
 * The one folder below which benchmarks write. Each run gets a folder of its own in it, removed afterwards; what a
 * process that is gone left behind is removed here.
 */
export async function prepareScratch(path: string) {
  await mkdir(path, { recursive: true, mode: 0o700 });
  // Only what this program made itself is removed, should somebody have named a folder with other things in it.
  for (const name of await readdir(path)) {
    const pid = RUN_FOLDER.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(path, name), { recursive: true, force: true });
    }
  }
  return {
    path,
    /** Gives `use` an empty folder and removes it afterwards. */
    async within<T>(use: (folder: string) => Promise<T>): Promise<T> {
      const folder = await mkdtemp(join(path, `run-${process.pid}-`));
      try {
        return await use(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Whether another process has this pid; our own can only have been used by one that is gone. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}
