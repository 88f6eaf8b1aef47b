/** A version of Linux: major, minor, patch, and which release candidate it is; a release is later than all of its. */
export type KernelVersion = readonly [major: number, minor: number, patch: number, candidate: number];

const RELEASE = 1000;

/** Reads "6.1.170", "7.2", "7.2-rc5" or "7.2~rc5"; undefined for what is no version. */
export function parseKernelVersion(text: string): KernelVersion | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?(?:[-~]rc(\d{1,3}))?$/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, candidate] = match;
  return [
    Number(major),
    Number(minor),
    Number(patch ?? 0),
    candidate === undefined ? RELEASE : Number(candidate),
  ];
}

/** Less than 0 when `a` is earlier, more when it is later. */
export function compareKernelVersions(a: KernelVersion, b: KernelVersion): number {
  for (const [at, part] of a.entries()) {
    const difference = part - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The stable series of a version: "6.1" of 6.1.170. */
export const seriesOf = ([major, minor]: KernelVersion) => `${major}.${minor}`;
