/** Sums over all labels of counters in what GET /metrics of a collector answers, in the order of the names. */
export async function readCounters(collectorUrl: string, ...names: readonly string[]): Promise<number[]> {
  const text = await (await fetch(`${collectorUrl}/metrics`)).text();
  return names.map((name) => {
    const rows = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
    return [...rows].reduce((sum, row) => sum + Number(row[1]), 0);
  });
}
