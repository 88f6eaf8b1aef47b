import { formatDuration, formatFactor } from '@nestwatch/common/quantities';
import { median } from '@nestwatch/common/statistics';
import { fieldOf } from '@nestwatch/proto/catalogue';
import { titleOf } from '../../read/result.ts';
import { slowest } from './benchmarks.ts';
import type { FigureKey } from './figure-keys.ts';
import { ladderMetrics, memoryUsed, type ShownMetric, showMetric, slowdownMetric } from './metrics.ts';
import type { Tone } from './tone.ts';
import type { LabView, NodeView } from './view.ts';

/** One figure of a machine, as its tile shows it. */
export interface Figure {
  /** For sorting and ranges; absent where there is none. */
  readonly value?: number;
  readonly text: string;
  readonly tone: Tone;
  /** More, for the one who points at it. */
  readonly of?: string;
}

/** A figure that can be chosen for all machines. */
export interface ShownFigure {
  readonly key: FigureKey;
  readonly title: string;
  readonly meaning: string;
  /** Drawn over time, where it has a history. */
  readonly metric?: ShownMetric;
  /** A value as text, where figures are values. */
  readonly show?: (value: number) => string;
  /** Finds the figure of each machine of a lab. */
  reader(view: LabView): (node: NodeView) => Figure;
}

const NONE: Figure = { text: '–', tone: 'plain' };
const SLOWDOWN_BANDS = fieldOf('nestwatch_slowdown', 'slowdown_ratio').bands;
/** Where the catalogue knows no bounds: this many times the median of its layer is worth a look, and trouble. */
const UNLIKE = { warn: 1.5, critical: 3 };
const FEWEST_ALIKE = 4;
const MEMORY_BANDS = { warn: 0.9, critical: 0.97 };

const slowdown: ShownFigure = {
  key: 'slowdown',
  title: 'Slowdown',
  meaning: 'the newest three rounds divided by the baseline, in its slowest benchmark',
  metric: slowdownMetric,
  show: formatFactor,
  reader:
    () =>
    ({ slowdown: found }) => {
      if (found === undefined) return { ...NONE, of: 'learning the baseline' };
      const tone = found.isSlow
        ? bandOf(Math.max(found.ratio, SLOWDOWN_BANDS?.warn ?? 1), SLOWDOWN_BANDS)
        : 'good';
      const against = found.against === 'self' ? 'its own past' : 'what is usual against its parent';
      return {
        value: found.ratio,
        text: formatFactor(found.ratio),
        tone,
        of: `${titleOf(found)}, against ${against}`,
      };
    },
};

const parent: ShownFigure = {
  key: 'parent',
  title: 'Against parent',
  meaning: 'time divided by that of its parent, in its slowest benchmark',
  show: formatFactor,
  reader: (view) =>
    unlikeInLayer(view, (node) => {
      const slow = slowest(node);
      if (slow?.vsParent === undefined) return NONE;
      return { value: slow.vsParent, text: formatFactor(slow.vsParent), tone: 'good', of: titleOf(slow) };
    }),
};

const [steal, exit, timer] = ladderMetrics;

const host: ShownFigure = {
  key: 'host',
  title: 'Can host',
  meaning: 'whether it can run guests with KVM',
  reader:
    () =>
    ({ capability: { can_host: can } }) =>
      can === undefined
        ? NONE
        : { text: can === 1 ? 'hosts' : 'no guests', tone: can === 1 ? 'good' : 'plain' },
};

const silent: ShownFigure = {
  key: 'silent',
  title: 'Heard of',
  meaning: 'time since its newest message; silent after three minutes',
  show: formatDuration,
  reader:
    ({ nowUs }) =>
    ({ lastSeenUs, silent: isSilent }) => {
      const value = Math.max(0, (nowUs - lastSeenUs) / 1e6);
      return isSilent
        ? { value, text: formatDuration(value), tone: 'bad' }
        : { value, text: 'heard', tone: 'good' };
    },
};

export const shownFigures: readonly ShownFigure[] = [
  slowdown,
  parent,
  ...metricFigure('steal', steal),
  ...metricFigure('exit', exit),
  ...metricFigure('timer', timer),
  ...metricFigure('memory', memoryUsed, MEMORY_BANDS),
  host,
  silent,
];

export function figureOf(key: FigureKey): ShownFigure {
  return shownFigures.find((each) => each.key === key) ?? slowdown;
}

interface Bands {
  readonly warn: number;
  readonly critical: number;
}

/** The newest value of a quantity. */
function metricFigure(key: FigureKey, metric: ShownMetric | undefined, known?: Bands): ShownFigure[] {
  if (metric === undefined) return [];
  const bands = known ?? fieldOf(metric.measurement, metric.field).bands;
  const own = ({ metrics }: NodeView): Figure => {
    const value = metrics[metric.key]?.last;
    if (value === undefined) return NONE;
    return { value, text: showMetric(metric, value), tone: bandOf(value, bands) };
  };
  const { title, meaning } = metric;
  const show = (value: number) => showMetric(metric, value);
  const reader = (view: LabView) => (bands === undefined ? unlikeInLayer(view, own) : own);
  return [{ key, title, meaning, metric, show, reader }];
}

function bandOf(value: number, bands: Bands | undefined): Tone {
  if (bands === undefined || value < bands.warn) return 'good';
  return value < bands.critical ? 'warn' : 'bad';
}

/** Where no bound holds for all layers, a machine is compared with the others of its layer. */
function unlikeInLayer(view: LabView, own: (node: NodeView) => Figure): (node: NodeView) => Figure {
  const byLayer = new Map<number | undefined, number[]>();
  const figures = new Map(view.nodes.map((node) => [node.node, own(node)]));
  for (const { node, layer } of view.nodes) {
    const value = figures.get(node)?.value;
    if (value === undefined) continue;
    const values = byLayer.get(layer) ?? [];
    byLayer.set(layer, values);
    values.push(value);
  }
  const middles = new Map(
    [...byLayer].flatMap(([layer, values]) =>
      values.length < FEWEST_ALIKE ? [] : [[layer, median(values)] as const],
    ),
  );
  return (node) => {
    const figure = figures.get(node.node) ?? NONE;
    const middle = middles.get(node.layer);
    if (figure.value === undefined || middle === undefined) return figure;
    return { ...figure, tone: bandOf(figure.value / middle, UNLIKE) };
  };
}
