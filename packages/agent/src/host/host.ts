import { errnoOf, messageOf } from '@nestwatch/common/errors';

/** What came of looking for something on this machine. Never an exception: missing sources are normal. */
export type Found<T> = { readonly state: 'known'; readonly value: T } | Missing;

export interface Missing {
  /** `absent`: it does not exist here. `denied`: it may not be read. `unknown`: reading failed otherwise, or it was not understood. */
  readonly state: 'absent' | 'denied' | 'unknown';
  readonly reason: string;
  /** Name of the system error, such as "ENODEV", where there was one. */
  readonly errno?: string | undefined;
}

/** How much of a file is read unless more is asked for. */
export const DEFAULT_MAX_BYTES = 1024 * 1024;

/** The files of this machine. Tests give a folder with recorded /proc and /sys files as root. */
export interface Host {
  readonly root: string;
  /** A file's text, at most `maxBytes` of it (default 1 MiB). */
  read(path: string, maxBytes?: number): Promise<Found<string>>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<Found<string[]>>;
  /** Target of a symbolic link. */
  link(path: string): Promise<Found<string>>;
  /** Who may do what with a file: its permission bits. */
  mode(path: string): Promise<Found<number>>;
  /** Opens a device for reading and writing, as a user of it would, and closes it. Never creates anything. */
  open(path: string): Promise<Found<true>>;
  /** `length` bytes from an offset: for files of registers, such as /dev/cpu/0/cpuid. Fewer bytes are `unknown`. */
  readAt(path: string, offset: number, length: number): Promise<Found<Buffer>>;
}

export const known = <T>(value: T): Found<T> => ({ state: 'known', value });
export const absent = (reason: string): Missing => ({ state: 'absent', reason });
export const unknown = (reason: string): Missing => ({ state: 'unknown', reason });

/** The same, with a remark after the reason. */
export const remark = (missing: Missing, text: string): Missing => ({
  ...missing,
  reason: `${missing.reason} (${text})`,
});

/** The value, or undefined when it is not known. */
export function valueIn<T>(found: Found<T>): T | undefined {
  return found.state === 'known' ? found.value : undefined;
}

/** Reads a file and parses it; an undefined result is `unknown`, with the path and `why` as the reason. */
export async function readParsed<T>(
  host: Host,
  path: string,
  parse: (text: string) => T | undefined,
  why = 'not understood',
): Promise<Found<T>> {
  return parseFound(await host.read(path), parse, `${path}: ${why}`);
}

/** The one line of a file; `unknown` when it is empty. */
export async function readLine(host: Host, path: string): Promise<Found<string>> {
  return parseFound(await host.read(path, 4096), (text) => text.trim() || undefined, `${path} is empty`);
}

/** Applies a parser to what was found; an undefined result is `unknown` with the given reason. */
export function parseFound<A, B>(
  found: Found<A>,
  parse: (value: A) => B | undefined,
  reason: string,
): Found<B> {
  if (found.state !== 'known') return found;
  const value = parse(found.value);
  return value === undefined ? unknown(reason) : known(value);
}

/** Does something with a path; what goes wrong is in the answer. */
export async function attempt<T>(path: string, act: () => T | Promise<T>): Promise<Found<T>> {
  try {
    return known(await act());
  } catch (error) {
    return failure(path, error);
  }
}

/** What an error of a system call on a path says about the thing looked for. */
export function failure(path: string, error: unknown): Missing {
  const errno = errnoOf(error);
  const reason = `${path}: ${errno ?? messageOf(error)}`;
  if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ENODEV' || errno === 'ENXIO') {
    return { state: 'absent', reason, errno };
  }
  if (errno === 'EACCES' || errno === 'EPERM') return { state: 'denied', reason, errno };
  return { state: 'unknown', reason, errno };
}
