import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTicks } from '../../local/processes.ts';

/** Of all states together. The newest stays, however large it is. */
const MOST_BYTES = 5 * 1024 ** 3;
const UNFINISHED = 'saving-';
const NOTE = 'state.json';
const NAME = /^state-[0-9a-f]{16}-x[\d.]+$/;

/** Files of a state, in its folder. */
export const STATE_FILES = ['memory', 'scratch.ext4', 'config.ext4'] as const;
type StateFile = (typeof STATE_FILES)[number];

/** What is known of a state beside its files. */
interface StateNote {
  identity: string;
  /** Lab seconds in one second of this machine. */
  speed: number;
  /** Frequency of this machine's time stamp counter as guest0 knows it, kHz. */
  tscKhz: number;
  /** ms since 1970. */
  savedMs: number;
  /** Length of each file. */
  bytes: Readonly<Record<StateFile, number>>;
}

export interface SavedState extends StateNote {
  folder: string;
}

/** Which speeds will do. */
interface SpeedRange {
  wanted: number;
  least: number;
  most: number;
}

const folderOf = ({ identity, speed }: Pick<StateNote, 'identity' | 'speed'>) =>
  `state-${identity}-x${speed}`;

/** The state of this identity whose speed is nearest; undefined when there is none that is whole. */
export async function findState(
  states: string,
  identity: string,
  { wanted, least, most }: SpeedRange,
): Promise<SavedState | undefined> {
  const names = (await namesIn(states)).filter((name) => name.startsWith(`state-${identity}-`));
  const found = (await Promise.all(names.map((name) => readState(join(states, name))))).filter(
    (state) => state !== undefined && state.identity === identity,
  ) as SavedState[];
  const [nearest] = found
    .filter(({ speed }) => speed >= least && speed <= most)
    .sort((one, two) => Math.abs(one.speed - wanted) - Math.abs(two.speed - wanted));
  return nearest;
}

/** Undefined for what is not a whole state: a file is missing, or longer or shorter than it was. */
async function readState(folder: string): Promise<SavedState | undefined> {
  try {
    const note = JSON.parse(await readFile(join(folder, NOTE), 'utf8')) as StateNote;
    for (const file of STATE_FILES) {
      if ((await stat(join(folder, file))).size !== note.bytes[file]) return undefined;
    }
    return { ...note, folder };
  } catch {
    return undefined;
  }
}

/** Makes a folder to save a state in, after those of savers that were killed have gone. */
export async function beginState(states: string): Promise<string> {
  await mkdir(states, { recursive: true });
  for (const name of (await namesIn(states)).filter((each) => each.startsWith(UNFINISHED))) {
    const isOver = startTicks(Number(name.slice(UNFINISHED.length))) === undefined;
    if (isOver) await removeState(join(states, name));
  }
  const folder = join(states, `${UNFINISHED}${process.pid}`);
  await removeState(folder);
  await mkdir(folder);
  return folder;
}

/** Gives a state that is all written its name, in the place of an older one of the same. */
export async function keepState(
  states: string,
  folder: string,
  note: Omit<StateNote, 'bytes'>,
): Promise<void> {
  const sizes = STATE_FILES.map(async (file) => [file, (await stat(join(folder, file))).size] as const);
  const bytes = Object.fromEntries(await Promise.all(sizes)) as StateNote['bytes'];
  await writeFile(join(folder, NOTE), JSON.stringify({ ...note, bytes }));
  const final = join(states, folderOf(note));
  await removeState(final);
  await rename(folder, final);
  await removeOldest(states);
}

/** It counts as used now: the oldest go first. */
export async function touchState({ folder }: SavedState): Promise<void> {
  await utimes(folder, new Date(), new Date());
}

/** A state whose removal is interrupted is no whole one. */
export async function removeState(folder: string): Promise<void> {
  await rm(join(folder, NOTE), { force: true });
  await rm(folder, { recursive: true, force: true });
}

/** Removes the states that were used longest ago, until the rest is small enough. */
export async function removeOldest(states: string, mostBytes = MOST_BYTES): Promise<void> {
  const names = (await namesIn(states)).filter((name) => NAME.test(name));
  const all = await Promise.all(
    names.map(async (name) => {
      const folder = join(states, name);
      return { folder, usedMs: (await stat(folder)).mtimeMs, bytes: await bytesOnDisk(folder) };
    }),
  );
  let left = mostBytes;
  for (const [at, { folder, bytes }] of all.sort((one, two) => two.usedMs - one.usedMs).entries()) {
    left -= bytes;
    if (at > 0 && left < 0) await removeState(folder);
  }
}

/** Without the holes of its files. */
async function bytesOnDisk(folder: string): Promise<number> {
  const sizes = (await namesIn(folder)).map(async (name) => (await stat(join(folder, name))).blocks * 512);
  return (await Promise.all(sizes)).reduce((sum, each) => sum + each, 0);
}

const namesIn = (folder: string) => readdir(folder).catch((): string[] => []);
