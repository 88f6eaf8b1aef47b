import { median } from '@nestwatch/common/statistics';

/** One turn of SHA-256 in a layer. */
interface Turn {
  mibPerSecond: number;
  /** Of the turn, during which SHA-256 was ready to run and something else in the layer had the CPU, or an interrupt. */
  takenPercent: number;
}

const TURN =
  /agent-cost: (with|without) the agent ([\d.]+) MiB\/s, waited ([\d.]+) %, interrupted ([\d.]+) %/g;

/**
 * Parses what deploy/lab/guest/agent-cost.mjs said on the console.
 * @param lines of one measurement, each with whatever the console puts before it
 * @returns undefined when they are not whole
 */
export function parseAgentCost(lines: readonly string[]) {
  const text = lines.join('\n');
  const said = [...text.matchAll(TURN)];
  const turns = (wanted: string) =>
    said
      .filter(([, kind]) => kind === wanted)
      .map(
        ([, , rate, waited, interrupted]): Turn => ({
          mibPerSecond: Number(rate),
          takenPercent: Number(waited) + Number(interrupted),
        }),
      );
  const [running, stopped] = [turns('with'), turns('without')];
  const used = /agent-cost: the agent used ([\d.]+) % of a CPU/.exec(text)?.[1];
  if (used === undefined || running.length === 0 || running.length !== stopped.length) return undefined;
  /** Neighbouring turns, with the agent running and stopped. */
  const pairs = running.flatMap((turn, at) => {
    const other = stopped[at];
    return other === undefined ? [] : [{ with: turn, without: other }];
  });
  return {
    pairs,
    /** Longer that SHA-256 takes with the agent, percent, for each pair. */
    slowerPercent: pairs.map((pair) => (pair.without.mibPerSecond / pair.with.mibPerSecond - 1) * 100),
    /** The CPU that was taken from SHA-256 with the agent, less what was without it; percent, for each pair. */
    takenPercent: pairs.map((pair) => pair.with.takenPercent - pair.without.takenPercent),
    /** Of one CPU, that the agent itself used in its turns. */
    agentCpuPercent: Number(used),
  };
}

/** What the agent costs a layer, as measured in there. */
export type AgentCost = NonNullable<ReturnType<typeof parseAgentCost>>;

/** The same for a reader: the pairs, the medians with their extremes, and the agent's own share. */
export function renderAgentCost(layer: string, cost: AgentCost): string {
  const percent = (value: number) => `${value.toFixed(2)} %`;
  const turn = ({ mibPerSecond, takenPercent }: Turn) =>
    `${mibPerSecond.toFixed(1)} MiB/s (${percent(takenPercent)} of the CPU taken)`;
  const spread = (values: readonly number[]) =>
    `${percent(median(values))} (${percent(Math.min(...values))} to ${percent(Math.max(...values))})`;
  return [
    ...cost.pairs.map((pair) => `with the agent ${turn(pair.with)}, without ${turn(pair.without)}`),
    `In ${layer} the agent takes ${spread(cost.takenPercent)} of the CPU from SHA-256, in ${cost.pairs.length} pairs of turns;`,
    `it used ${percent(cost.agentCpuPercent)} of a CPU itself. Throughput was lower by ${spread(cost.slowerPercent)}.`,
    '',
  ].join('\n');
}
