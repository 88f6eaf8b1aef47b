import { pause } from '@nestwatch/common/backoff';
import type { Log } from '@nestwatch/common/log';
import { exitAmplification } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import type { Store } from '../influx/store.ts';
import { type GuestExits, type OwnExits, readExits } from '../read/exits.ts';
import type { Reader } from '../read/query.ts';
import type { Band, NoBand } from './amplification/band.ts';
import { type BandFinder, createBands } from './amplification/bands.ts';
import { createPointWriter } from './point-writer.ts';

const MINUTE_US = 60e6;
/** Minutes that are computed again each time, because figures may come late. */
const MINUTES = 15;
/** Fewer exits than this in a second divide to a figure that says nothing. */
const FEWEST_EXITS_PER_SECOND = 1;

/**
 * Computes exit amplification once a minute until the signal is aborted. Several collectors may do so at once: they
 * write the same points. Times are µs since 1970.
 */
export async function runAmplification(
  { store, nowUs, log }: { store: Store; nowUs: () => number; log: Log },
  signal: AbortSignal,
): Promise<void> {
  const write = createPointWriter(store, 'exit amplifications', log);
  const compute = createAmplification(store);
  while (await pause(MINUTE_US / 1000, signal)) await write(() => compute(nowUs()));
}

/** Makes what gives the points of the last complete minutes. */
export function createAmplification(store: Reader): (nowUs: number) => Promise<string[]> {
  const bandsAt = createBands(store);
  return async (nowUs) => {
    const toUs = Math.floor(nowUs / MINUTE_US) * MINUTE_US;
    const fromUs = toUs - MINUTES * MINUTE_US;
    const [{ own, guests }, bandOf] = await Promise.all([readExits(store, fromUs, toUs), bandsAt(nowUs)]);
    return amplificationLines(own, guests, bandOf);
  };
}

/**
 * Exit amplification of each node that has guests and whose parent counts its exits, for each minute in which both
 * sides are known. Points stand at the beginning of their minute, so that computing one again writes the same.
 */
export function amplificationLines(
  own: readonly OwnExits[],
  guests: readonly GuestExits[],
  bandOf: BandFinder,
): string[] {
  return own.flatMap((child) => {
    const guest = guestOf(child, guests, own);
    const band = guest === undefined ? undefined : bandOf(child);
    const tags = commonTagsOf(child);
    return [...child.exits].flatMap(([minuteUs, ownRate]) => {
      const parentRate = guest?.exits.get(minuteUs);
      if (parentRate === undefined || ownRate < FEWEST_EXITS_PER_SECOND) return [];
      const fields = {
        amplification: parentRate / ownRate,
        parent_exits_per_second: parentRate,
        own_exits_per_second: ownRate,
        ...usualIn(ownRate, band),
      };
      return encodeComputed(exitAmplification, tags, {}, fields, minuteUs) ?? [];
    });
  });
}

/** The band where it holds, and where there is none, why. */
function usualIn(ownRate: number, band: Band | NoBand | undefined) {
  if (band?.from === undefined) return { usual_from: band && `none: ${band.reason}` };
  const { low, high, from, leastExitsPerSecond: least } = band;
  if (ownRate < least) return { usual_from: `none: fewer than ${least} exits per second to compare` };
  return { usual_low: low, usual_high: high, usual_from: from };
}

/**
 * Finds the guest of its parent that a node is: by the topology's join; by the UUID, which is the node's id unless that
 * is configured; by the name; or because the parent has one guest and one child. Undefined when nothing tells: nothing
 * is guessed.
 */
export function guestOf(
  child: OwnExits,
  guests: readonly GuestExits[],
  children: readonly OwnExits[],
): GuestExits | undefined {
  const here = guests.filter(({ lab, node }) => lab === child.lab && node === child.parent);
  const siblings = children.filter(({ lab, parent }) => lab === child.lab && parent === child.parent);
  return (
    here.find(({ guest }) => guest === child.guest) ??
    here.find(({ uuid }) => uuid !== '' && uuid.toLowerCase() === child.node.toLowerCase()) ??
    here.find(({ guest }) => guest === child.node || guest === child.name) ??
    (here.length === 1 && siblings.length === 1 ? here[0] : undefined)
  );
}
