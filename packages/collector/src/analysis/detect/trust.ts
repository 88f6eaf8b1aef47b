/**
 * Which comparison of a stream shows more: that with the parent, in which what slows both cancels and the noise of both
 * adds, or that with its own past. The quieter one; with the parent where they are alike, since the host is in neither.
 * @param self noise against the own past, in any measure that grows with it; undefined while it is not known
 * @param parent the same against the parent
 * @returns undefined where there are not both
 */
export function trusted(self: number | undefined, parent: number | undefined): 'self' | 'parent' | undefined {
  if (self === undefined || parent === undefined) return undefined;
  return parent > self ? 'self' : 'parent';
}
