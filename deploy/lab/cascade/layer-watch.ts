import type { ConsoleLine } from './console.ts';

/** How far one layer has come. */
export type Stage = 'waiting' | 'starting' | 'up' | 'reporting';

export interface LayerProgress {
  readonly depth: number;
  readonly stage: Stage;
  /** When it was started, ms; undefined until then. */
  readonly startedMs: number | undefined;
}

/** Follows the layers from what is done to them, what they say and what they report. Times are ms of one clock. */
export interface LayerWatch {
  started(depth: number, nowMs: number): void;
  line(line: ConsoleLine, nowMs: number): void;
  /** Everything that a layer has to report is in InfluxDB. */
  reported(depth: number, nowMs: number): void;
  /** The outermost layer that does not report yet. */
  readonly current: LayerProgress | undefined;
}

export function createLayerWatch(count: number, say: (text: string) => void): LayerWatch {
  const layers: LayerProgress[] = Array.from({ length: count }, (_, depth) => ({
    depth,
    stage: 'waiting',
    startedMs: undefined,
  }));
  const advance = (depth: number, stage: Stage, nowMs: number, text: string) => {
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
    started: (depth, nowMs) => advance(depth, 'starting', nowMs, 'starting'),
    line({ layer, text }, nowMs) {
      const depth = Number(layer.slice('guest'.length));
      if (text === 'kernel up') advance(depth, 'up', nowMs, 'kernel up');
      else if (text !== '' && !/^(starting|order done)/.test(text)) say(`${layer}: ${text}`);
    },
    reported: (depth, nowMs) =>
      advance(depth, 'reporting', nowMs, 'capability, samples and benchmarks are in InfluxDB'),
    get current() {
      return layers.find(({ stage }) => stage !== 'reporting');
    },
  };
}
