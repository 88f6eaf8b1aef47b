import { readAmplifications } from '../../read/amplifications.ts';
import type { Point } from '../../read/cells.ts';
import type { OwnExits } from '../../read/exits.ts';
import { readHypervisors } from '../../read/hypervisors.ts';
import type { Reader } from '../../read/query.ts';
import { PROBE_LIMITS } from '../detect/limits.ts';
import { type Standing, standing } from '../detect/standing.ts';
import { FRESH, track } from '../detect/tracker.ts';
import { amplificationBand, type Band, LEAST_EXITS_PER_SECOND, type NoBand } from './band.ts';

/** Finds the band of a machine that has guests. */
export type BandFinder = (machine: Pick<OwnExits, 'lab' | 'node' | 'layer' | 'parent'>) => Band | NoBand;

const HOUR_US = 3_600_000_000;
/** A week has each hour of the day, and what happens once a week. */
const HISTORY_US = 7 * 24 * HOUR_US;
/** Facts and hours are read again after this long. */
const HOLDS_US = HOUR_US / 6;

/**
 * Makes what finds the bands of all machines as they are at a moment, µs since 1970. What it reads is held for ten
 * minutes that begin at the same moments in every collector, so that all write the same.
 */
export function createBands(store: Reader): (nowUs: number) => Promise<BandFinder> {
  let held: { readonly turn: number; readonly find: BandFinder } | undefined;
  return async (nowUs) => {
    const turn = Math.floor(nowUs / HOLDS_US);
    if (held?.turn !== turn) held = { turn, find: await readBands(store, turn * HOLDS_US) };
    return held.find;
  };
}

async function readBands(store: Reader, nowUs: number): Promise<BandFinder> {
  const toUs = Math.floor(nowUs / HOUR_US) * HOUR_US;
  const span = { fromUs: toUs - HISTORY_US, toUs, everyUs: HOUR_US };
  const [hypervisorOf, amplificationsOf] = await Promise.all([
    readHypervisors(store, nowUs + HOLDS_US),
    readAmplifications(store, { ...span, leastExitsPerSecond: LEAST_EXITS_PER_SECOND }),
  ]);
  const known = new Map<string, Band | NoBand>();
  return ({ lab, node, layer, parent }) => {
    const key = [lab, node, layer, parent].join('\0');
    const band =
      known.get(key) ??
      amplificationBand({
        layer,
        parent: hypervisorOf(lab, parent),
        own: hypervisorOf(lab, node),
        history: parent === undefined ? undefined : historyOf(amplificationsOf(lab, node, parent)),
      });
    known.set(key, band);
    return band;
  };
}

/** How a machine's amplification stands against its own past, judged as a probe. */
export function historyOf(points: readonly Point[]): Standing {
  const observations = points.map(({ atUs, value }) => ({
    ...{ timeUs: atUs, own: Math.log(value), reference: 0 },
    ...{ machine: '', environment: '' },
  }));
  return standing(
    observations.reduce((state, seen) => track(state, seen, PROBE_LIMITS), FRESH),
    PROBE_LIMITS,
  );
}
