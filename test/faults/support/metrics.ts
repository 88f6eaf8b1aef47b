/** A figure of a collector's /metrics, all its labels added up; 0 when it is not there. */
export async function metricOf(collectorUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${collectorUrl}/metrics`)).text();
  const values = text.match(new RegExp(`^${name}(\\{.*\\})? \\S+$`, 'gm')) ?? [];
  return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
