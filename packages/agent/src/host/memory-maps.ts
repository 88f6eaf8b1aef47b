/** Of a process: what of it is in transparent huge pages, bytes, from /proc/PID/smaps_rollup; undefined without the lines. */
export function hugeBytesIn(smapsRollup: string): number | undefined {
  const found = [
    ...smapsRollup.matchAll(/^(?:AnonHugePages|ShmemPmdMapped|FilePmdMapped): +(\d{1,15}) kB$/gm),
  ];
  return found.length === 0 ? undefined : found.reduce((sum, [, kB]) => sum + Number(kB) * 1024, 0);
}

/** Bytes of a process on each NUMA node, from /proc/PID/numa_maps (numa(7)); undefined where it names none. */
export function parseNumaMaps(text: string): ReadonlyMap<number, number> | undefined {
  const nodes = new Map<number, number>();
  for (const line of text.split('\n')) {
    const pageBytes = Number(/ kernelpagesize_kB=(\d{1,9})\b/.exec(line)?.[1] ?? 4) * 1024;
    for (const [, node, pages] of line.matchAll(/ N(\d{1,4})=(\d{1,15})\b/g)) {
      nodes.set(Number(node), (nodes.get(Number(node)) ?? 0) + Number(pages) * pageBytes);
    }
  }
  return nodes.size === 0 ? undefined : nodes;
}
