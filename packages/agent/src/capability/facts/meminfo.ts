/** Lines of /proc/meminfo: sizes in bytes, counts (HugePages_*) as they are. */
export function parseMeminfo(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z0-9_()]+):\s+(\d{1,15})( kB)?\s*$/.exec(line);
    if (match?.[1] !== undefined)
      values.set(match[1], Number(match[2]) * (match[3] === undefined ? 1 : 1024));
  }
  return values;
}
