import type { ConsoleLine } from './console.ts';
import type { Machine } from './layout.ts';

type Stage = 'waiting' | 'starting' | 'up' | 'reporting';

/** Follows the machines from what is done to them, what they say and what they report. Times are ms of one clock. */
export function createLayerWatch(machines: readonly Machine[], say: (text: string) => void) {
  const followed = machines.map((machine) => ({
    machine,
    /** How far it has come. */
    stage: 'waiting' as Stage,
    /** When it was started, ms; undefined until then. */
    startedMs: undefined as number | undefined,
  }));
  const advance = (name: string, stage: Stage, nowMs: number, text: string) => {
    const found = followed.find(({ machine }) => machine.name === name);
    if (found === undefined) return;
    const { startedMs } = found;
    found.stage = stage;
    if (stage === 'starting') found.startedMs = nowMs;
    const took = startedMs === undefined ? '' : ` after ${Math.round((nowMs - startedMs) / 1000)} s`;
    say(`${name}: ${text}${took}`);
  };
  return {
    started: (name: string, nowMs: number) => advance(name, 'starting', nowMs, 'starting'),
    line({ layer, text }: ConsoleLine, nowMs: number): void {
      if (text === 'kernel up') advance(layer, 'up', nowMs, 'kernel up');
      else if (text !== '' && !/^(starting|order done)/.test(text)) say(`${layer}: ${text}`);
    },
    /** Everything that a machine has to report is in InfluxDB. */
    reported: (name: string, nowMs: number) =>
      advance(name, 'reporting', nowMs, 'capability, samples and benchmarks are in InfluxDB'),
    /** The first machine that does not report yet, the outermost layers before others. */
    get current() {
      return followed.find(({ stage }) => stage !== 'reporting');
    },
  };
}

export type LayerWatch = ReturnType<typeof createLayerWatch>;
