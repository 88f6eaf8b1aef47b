import { durationMs, refused, structure } from '@nestwatch/common/config/setting';
import { defined } from '@nestwatch/common/defined';
import { ID_PATTERN } from '@nestwatch/proto';
import { DEEPEST_CONFIGURED } from './node-facts.ts';
import type { Override } from './parents.ts';

const OVERRIDES = 'a map of "<lab>/<node>" to a map of parent (a node id) and layer (0 to 16)';

/** By `<lab>/<node>`. */
export type Overrides = Readonly<Record<string, Override>>;

export const topologySettings = {
  'topology.overrides': structure<Overrides>('Parents and layers to use instead of the detected ones', {
    default: {},
    type: OVERRIDES,
    parse: parseOverrides,
  }),
  'topology.forget-after': durationMs('Silence after which a node is removed from its lab', {
    default: 30 * 86_400_000,
    minMs: 60_000,
    maxMs: 3650 * 86_400_000,
  }),
} as const;

function parseOverrides(given: unknown): Overrides {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw refused(given, OVERRIDES);
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [parseKey(key), parseOverride(value)]),
  );
}

function parseKey(key: string): string {
  const ids = key.split('/');
  if (ids.length !== 2 || ids.some((id) => !ID_PATTERN.test(id))) throw refused(key, OVERRIDES);
  return key;
}

function parseOverride(given: unknown): Override {
  if (typeof given !== 'object' || given === null) throw refused(given, OVERRIDES);
  const { parent, layer, ...rest } = given as Record<string, unknown>;
  const parentFits = parent === undefined || (typeof parent === 'string' && ID_PATTERN.test(parent));
  const layerFits =
    layer === undefined ||
    (typeof layer === 'number' && Number.isInteger(layer) && layer >= 0 && layer <= DEEPEST_CONFIGURED);
  if (!parentFits || !layerFits || Object.keys(rest).length > 0) throw refused(given, OVERRIDES);
  return defined({ parent, layer }) as Override;
}
