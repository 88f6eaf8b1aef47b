import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';

/**
 * Refuses a secret that other users of the machine can read. Its group may: packages give the file to root and the
 * service's group.
 */
export function refuseReadable(file: string): void {
  if ((statSync(file).mode & 0o037) !== 0) {
    throw new UsageError(`${file} holds a secret and other users can read it: run "chmod 640 ${file}"`);
  }
}

const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/**
 * Refuses settings that another user could change, because they name programs to run and servers to trust: a file, or
 * a folder above it, that everybody may write, or that belongs to somebody who is neither root nor the one who started this program.
 */
export function refuseWritable(
  file: string,
  { getuid, env }: Pick<NodeJS.Process, 'getuid' | 'env'> = process,
): void {
  // Whoever became root by sudo could do all this anyway.
  const trusted = [0, getuid?.(), Number(env['SUDO_UID'] ?? 0)];
  for (const { at, uid, why } of wayTo(file)) {
    if (!trusted.includes(uid))
      throw new UsageError(`${at} belongs to another user${why}: run "chown root ${at}"`);
  }
}

/**
 * Refuses a file with which programs trust each other that everybody could change: itself, or a folder above it. Whose it is
 * does not matter: such files are handed into containers, where users have other numbers.
 */
export function refuseOpen(file: string): void {
  for (const _ of wayTo(file));
}

/** The file and all folders above it. @throws UsageError at one that everybody may write */
function* wayTo(file: string) {
  const path = realpathSync(file);
  // /dev/null holds what nobody can change.
  if (statSync(path).isCharacterDevice()) return;
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid } = statSync(at);
    const why = at === path ? ', who could change what is in it' : `, who could replace ${path}`;
    // In /tmp and its like all may write, but nobody may take away what is another's.
    const isOpen = (mode & WRITABLE_BY_ALL) !== 0 && (at === path || (mode & STICKY) === 0);
    if (isOpen) throw new UsageError(`${at} is writable by everybody${why}: run "chmod o-w ${at}"`);
    yield { at, uid, why };
    if (at === dirname(at)) return;
  }
}
