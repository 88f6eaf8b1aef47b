import { type HeaderShape, KINDS, type Kind, v1 } from '@nestwatch/proto';
import { pick } from '@nestwatch/testkit/random';

export interface Hostile {
  what: string;
  lab: string;
  node: string;
  kind: Kind;
  bytes: Uint8Array;
}

type Random = () => number;

const LAB = 'hostile';
const NODE = 'node';

const header = (seq: number): HeaderShape => ({
  ...{
    lab: LAB,
    node: NODE,
    boot: 'fuzz',
    seq,
    wallUs: 1.7e15,
    monoUs: 1,
    agentVersion: '1',
    intervalMs: 1000,
  },
});

/** One hostile message: none of these may be written, and none may do harm. */
export function hostileMessage(random: Random, seq: number): Hostile {
  const [what, make] = pick(random, Object.entries(makers));
  return { what, lab: LAB, node: NODE, kind: 'sample', ...make(random, seq) };
}

const sample = (changed: object, body: object = {}, seq = 1) => ({
  bytes: v1.Sample.encode({
    header: { ...header(seq), ...changed } as HeaderShape,
    load: { load1: 1 },
    ...body,
  }).finish(),
});

const noise = (random: Random, length: number) =>
  Uint8Array.from({ length }, () => Math.floor(random() * 256));

const makers: Record<string, (random: Random, seq: number) => Partial<Hostile> & { bytes: Uint8Array }> = {
  noise: (random) => ({ kind: pick(random, KINDS), bytes: noise(random, Math.floor(random() * 300)) }),
  'cut within its header': (random, seq) => {
    const { bytes } = sample({}, {}, seq);
    const headerBytes = v1.Header.encode(header(seq)).finish().length;
    return { bytes: bytes.slice(0, 1 + Math.floor(random() * headerBytes)) };
  },
  'of another node': (_, seq) => sample({ node: 'victim' }, {}, seq),
  'of another lab': (_, seq) => sample({ lab: 'victim' }, {}, seq),
  'without a boot': (_, seq) => sample({ boot: '' }, {}, seq),
  'boot with syntax': (random, seq) =>
    sample({ boot: pick(random, ['a.b', 'a b', 'x,y=z 1', '>', '../..']) }, {}, seq),
  'impossible number': (random) => sample({ seq: pick(random, [0, 2 ** 60]) }),
  'impossible year': (random, seq) =>
    sample({ wallUs: pick(random, [0, 1, -1e15, Date.UTC(2500, 0) * 1000]) }, {}, seq),
  'impossible lab time': (random, seq) =>
    sample({ labUs: pick(random, [0, Date.UTC(1970, 1) * 1000, Date.UTC(2500, 0) * 1000]) }, {}, seq),
  'impossible rate': (random, seq) =>
    sample({ labRate: pick(random, [Number.NaN, Number.POSITIVE_INFINITY, -1]), labUs: 1.7e15 }, {}, seq),
  'impossible layer': (_, seq) => sample({ layer: 4_000_000_000 }, {}, seq),
  'more freed than sent': (_, seq) => sample({ freed: seq + 1 }, {}, seq),
  'endless name': (_, seq) => sample({ name: 'x'.repeat(10_000) }, {}, seq),
  'endless reason': (_, seq) =>
    sample({}, { probes: [{ probe: 'load', status: 1, reason: 'x'.repeat(20_000) }] }, seq),
  'too many elements': (_, seq) => sample({}, { probes: Array.from({ length: 5000 }, () => ({})) }, seq),
  'negative duration': (_, seq) => ({
    kind: 'benchmark',
    bytes: v1.BenchmarkResult.encode({
      header: header(seq),
      benchmark: 'cpu.sha256',
      repetitions: [{ durationUs: -1, units: 1 }],
    }).finish(),
  }),
  'groups in groups': () => ({ bytes: new Uint8Array(20_000).fill(0x0b) }),
  'length that promises gigabytes': () => ({
    bytes: Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3),
  }),
};
