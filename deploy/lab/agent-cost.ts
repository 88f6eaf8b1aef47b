import { median } from '@nestwatch/collector/watch/detect/robust';

/** What the agent costs a layer, as measured in there. */
export interface AgentCost {
  /** Throughput of SHA-256 in neighbouring turns, MiB/s. */
  pairs: { with: number; without: number }[];
  /** Longer that SHA-256 takes with the agent, percent, for each pair. */
  slowerPercent: number[];
  /** Of one CPU, that the agent itself used in its turns. */
  agentCpuPercent: number;
}

/**
 * Parses what deploy/lab/guest/agent-cost.mjs said on the console.
 * @param lines of one measurement, each with whatever the console puts before it
 * @returns undefined when they are not whole
 */
export function parseAgentCost(lines: readonly string[]): AgentCost | undefined {
  const text = lines.join('\n');
  const rates = (kind: string) =>
    [...text.matchAll(new RegExp(`agent-cost: ${kind} the agent ([\\d.]+) MiB/s`, 'g'))].map((found) =>
      Number(found[1]),
    );
  const [running, stopped] = [rates('with'), rates('without')];
  const used = /agent-cost: the agent used ([\d.]+) % of a CPU/.exec(text)?.[1];
  if (used === undefined || running.length === 0 || running.length !== stopped.length) return undefined;
  const pairs = running.map((rate, at) => ({ with: rate, without: stopped[at] ?? Number.NaN }));
  return {
    pairs,
    slowerPercent: pairs.map((pair) => (pair.without / pair.with - 1) * 100),
    agentCpuPercent: Number(used),
  };
}

/** The same for a reader: the pairs, their median with the extremes, and the agent's own share. */
export function renderAgentCost(layer: string, cost: AgentCost): string {
  const { slowerPercent } = cost;
  const percent = (value = Number.NaN) => `${value.toFixed(2)} %`;
  return [
    ...cost.pairs.map(
      (pair, at) =>
        `with the agent ${pair.with.toFixed(2)} MiB/s, without ${pair.without.toFixed(2)} MiB/s: ` +
        `${percent(slowerPercent[at])} slower`,
    ),
    `SHA-256 in ${layer} is slower by ${percent(median(slowerPercent))} with the agent ` +
      `(${percent(Math.min(...slowerPercent))} to ${percent(Math.max(...slowerPercent))} in ${slowerPercent.length} pairs); ` +
      `the agent used ${percent(cost.agentCpuPercent)} of a CPU`,
    '',
  ].join('\n');
}
