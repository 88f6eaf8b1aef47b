import { linkSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '@nestwatch/common/defined';
import { errnoOf } from '@nestwatch/common/errors';
import { readNote, writeNote } from '../local/notes.ts';

const LOOK_EVERY_MS = 200;

/**
 * Acts while no other process on this machine acts under the same file. Who has ended, however it ended, holds up nobody.
 * @param onWait told the other's pid when there is one
 */
export async function oneAtATime<T>(
  file: string,
  act: () => Promise<T>,
  { signal, onWait }: { signal?: AbortSignal | undefined; onWait?(pid: number): void } = {},
): Promise<T> {
  for (let waits = 0; !take(file); waits += 1) {
    const other = readNote(file);
    if (other === undefined) giveUp(file);
    else {
      if (waits === 0) onWait?.(other.pid);
      await sleep(LOOK_EVERY_MS, undefined, defined({ signal }));
    }
  }
  try {
    return await act();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The file appears with what is in it, so nobody takes it for that of a process that has ended. */
function take(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeNote(own, {});
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes the file of an ended process, even if others do so, too. */
function giveUp(file: string): void {
  const aside = `${file}.${process.pid}.over`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
