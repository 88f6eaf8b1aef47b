import type { ConsoleLine } from './console.ts';

type Stage = 'waiting' | 'starting' | 'up' | 'reporting';

/** Follows the layers from what is done to them, what they say and what they report. Times are ms of one clock. */
export function createLayerWatch(count: number, say: (text: string) => void) {
  const layers = Array.from({ length: count }, (_, depth) => ({
    depth,
    /** How far it has come. */
    stage: 'waiting' as Stage,
    /** When it was started, ms; undefined until then. */
    startedMs: undefined as number | undefined,
  }));
  const advance = (depth: number, stage: Stage, nowMs: number, text: string) => {
    const layer = layers[depth];
    if (layer === undefined) return;
    const { startedMs } = layer;
    layer.stage = stage;
    if (stage === 'starting') layer.startedMs = nowMs;
    const took = startedMs === undefined ? '' : ` after ${Math.round((nowMs - startedMs) / 1000)} s`;
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
    get current() {
      return layers.find(({ stage }) => stage !== 'reporting');
    },
  };
}

export type LayerWatch = ReturnType<typeof createLayerWatch>;
