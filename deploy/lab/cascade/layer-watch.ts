import type { ConsoleLine } from './console.ts';

interface LayerProgress {
  readonly depth: number;
  /** How far it has come. */
  readonly stage: 'waiting' | 'starting' | 'up' | 'reporting';
  /** When it was started, ms; undefined until then. */
  readonly startedMs: number | undefined;
}

/** Follows the layers from what is done to them, what they say and what they report. Times are ms of one clock. */
export function createLayerWatch(count: number, say: (text: string) => void) {
  const layers: LayerProgress[] = Array.from({ length: count }, (_, depth) => ({
    depth,
    stage: 'waiting',
    startedMs: undefined,
  }));
  const advance = (depth: number, stage: LayerProgress['stage'], nowMs: number, text: string) => {
    const layer = layers[depth];
    if (layer === undefined) return;
    const startedMs = stage === 'starting' ? nowMs : layer.startedMs;
    layers[depth] = { depth, stage, startedMs };
    const took =
      startedMs === undefined || stage === 'starting'
        ? ''
        : ` after ${Math.round((nowMs - startedMs) / 1000)} s`;
    say(`guest${depth}: ${text}${took}`);
  };
  return {
    started: (depth: number, nowMs: number) => advance(depth, 'starting', nowMs, 'starting'),
    line({ layer, text }: ConsoleLine, nowMs: number): void {
      const depth = Number(layer.slice('guest'.length));
      if (text === 'kernel up') advance(depth, 'up', nowMs, 'kernel up');
      else if (text !== '' && !/^(starting|order done)/.test(text)) say(`${layer}: ${text}`);
    },
    /** Everything that a layer has to report is in InfluxDB. */
    reported: (depth: number, nowMs: number) =>
      advance(depth, 'reporting', nowMs, 'capability, samples and benchmarks are in InfluxDB'),
    /** The outermost layer that does not report yet. */
    get current(): LayerProgress | undefined {
      return layers.find(({ stage }) => stage !== 'reporting');
    },
  };
}

export type LayerWatch = ReturnType<typeof createLayerWatch>;
