import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '@nestwatch/common/errors';
import { attempt, type Found, type Host, unknown, valueIn } from '../host/host.ts';

/** Ours are called by this and the pid of whom they belong to. */
const PREFIX = 'nestwatch-exits.';

/** A trace buffer of our own, beside whatever else is traced on this machine, which it does not touch. */
export interface Instance {
  /** Its folder, as a host finds it. */
  readonly folder: string;
  /** @throws as writeFileSync */
  write(file: string, text: string): void;
  /** Ends all that it traces, and takes it away. Never throws. */
  close(): void;
}

/**
 * Makes an instance, after those that a crash of ours left were taken away.
 * @param tracefs its folder, as the host finds it
 */
export async function openInstance(host: Host, tracefs: string, pid: number): Promise<Found<Instance>> {
  const owner = await removeStale(host, tracefs, pid);
  if (owner !== undefined) return unknown(`nestwatch process ${owner} is already tracing exits`);
  const folder = `${tracefs}/instances/${PREFIX}${pid}`;
  return attempt(folder, () => {
    mkdirSync(join(host.root, folder));
    return {
      folder,
      write: (file, text) => writeFileSync(join(host.root, folder, file), text),
      close: () => closeInstance(host, folder),
    };
  });
}

/**
 * Removes instances that a crash of ours left.
 * @param pid of this process
 * @returns the process that traces now, where one does
 */
export async function removeStale(host: Host, tracefs: string, pid: number): Promise<number | undefined> {
  const instances = `${tracefs}/instances`;
  const ours = (valueIn(await host.list(instances)) ?? []).filter((name) => name.startsWith(PREFIX));
  let active: number | undefined;
  for (const name of ours) {
    const owner = Number(name.slice(PREFIX.length));
    if (owner !== pid && (await isOurs(host, owner))) active = owner;
    else closeInstance(host, `${instances}/${name}`);
  }
  return active;
}

/** Whether a process is one of nestwatch: the number of one that ended may be another's by now. */
async function isOurs(host: Host, pid: number): Promise<boolean> {
  const words = valueIn(await host.read(`/proc/${pid}/cmdline`, 4096));
  return words?.includes('nestwatch-agent') === true;
}

function closeInstance({ root }: Pick<Host, 'root'>, folder: string): void {
  const at = join(root, folder);
  // What cannot be switched off is so when the instance is gone, and else the next start tries again.
  quietly(() => writeFileSync(join(at, 'events/enable'), '0'));
  quietly(() => rmdirSync(at));
}

function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
