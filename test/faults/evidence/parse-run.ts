/** What a fault run prints at its end. */
export interface FaultRun {
  readonly seed: number;
  readonly messages: number;
  readonly faults: number;
  readonly kinds: number;
}

/** The run's own sentence, found in all that it printed; undefined where it did not come to its end. */
export function parseRun(output: string): FaultRun | undefined {
  const said = /seed (\d+): (\d+) messages, all in InfluxDB once, after (.*)/.exec(output);
  if (said === null) return undefined;
  const [, seed, messages, list = ''] = said;
  const counts = [...list.matchAll(/(\d+) × /g)].map(([, count]) => Number(count));
  return {
    seed: Number(seed),
    messages: Number(messages),
    faults: counts.reduce((sum, each) => sum + each, 0),
    kinds: counts.length,
  };
}
