import { setImmediate } from 'node:timers/promises';
import { event as eventMeasurement, guestBoot, topology as topologyMeasurement, v1 } from '@nestwatch/proto';
import { commonTagsOf } from '../influx/points/common-tags.ts';
import { encodeComputed } from '../influx/points/encode.ts';
import { bootSeconds } from './boot-seconds.ts';
import type { Duplicate } from './clones.ts';
import type { Claim } from './id-conflicts.ts';
import { joinTopology, type Override, type Topology } from './join.ts';
import type { StoredPlace } from './layer-position.ts';
import type { Sighting } from './node-record.ts';
import { placeChange, settle } from './settle.ts';
import type { Board } from './topology-store.ts';

export interface KeeperOptions {
  board: Board;
  /** Overrides of one lab, by node. */
  overrides(lab: string): ReadonlyMap<string, Override>;
  forgetAfterUs: number;
  nowUs(): number;
  /** Takes lines for InfluxDB. */
  write(lines: string[]): void;
}

/** A guest is given so long to start its agent before it is told to have none. */
const AGENT_GRACE_US = 10 * 60e6;

/**
 * Joins what is known into places, stores those that changed, and tells changes, clones and boot times. One collector
 * does this at a time.
 */
export function createKeeper({ board, overrides, forgetAfterUs, nowUs, write }: KeeperOptions) {
  /** Clones that were told already, so that each is told once by each keeper. */
  const toldClones = new Set<string>();

  const keepLab = (lab: string, sightings: readonly Sighting[], withState: boolean): string[] => {
    const atUs = nowUs();
    const topology = joinTopology({ nodes: sightings, overrides: overrides(lab), nowUs: atUs });
    const lines: string[] = [];
    for (const sighting of sightings) {
      const found = topology.places.get(sighting.node);
      if (found === undefined) continue;
      const before = board.place(lab, sighting.node);
      const sameBoot = before?.machineBoot === sighting.machineBoot;
      const place: StoredPlace = {
        ...settle(before, found, sameBoot),
        lab,
        machineBoot: sighting.machineBoot,
      };
      const tags = tagsOf(sighting, place);
      const change = placeChange(before, place);
      if (change !== undefined) {
        lines.push(
          ...eventLine(tags, v1.Event.Kind.PLACE_CHANGED, `place in the lab: ${change}`, place.parent, atUs),
        );
      }
      const isNew = before === undefined || JSON.stringify(before) !== JSON.stringify(place);
      if (isNew) board.putPlace(place);
      if (before === undefined || !sameBoot || before.startedWallUs !== place.startedWallUs) {
        lines.push(...bootLine(tags, sighting, place));
      }
      if (withState || isNew) lines.push(...stateLine(tags, sighting.node, place, topology, atUs));
    }
    for (const clone of topology.duplicates) lines.push(...cloneLines(lab, clone, sightings, atUs));
    return lines;
  };

  const cloneLines = (
    lab: string,
    clone: Duplicate,
    sightings: readonly Sighting[],
    atUs: number,
  ): string[] => {
    const key = `${lab}/${clone.by}/${clone.nodes.join('/')}`;
    if (toldClones.has(key)) return [];
    toldClones.add(key);
    return sightings
      .filter(({ node }) => clone.nodes.includes(node))
      .flatMap((sighting) => {
        const others = clone.nodes.filter((node) => node !== sighting.node);
        const text = `has the ${clone.by} of ${others.join(', ')}: one is a clone that was not made unique`;
        const tags = tagsOf(sighting, board.place(lab, sighting.node));
        return eventLine(tags, v1.Event.Kind.DUPLICATE_NODE, text, others[0], atUs);
      });
  };

  return {
    /**
     * Looks at everything once; `withState` also writes where each node stands. Lets others work between the labs:
     * hundreds of them in one go would hold up ingest.
     */
    async keep(withState: boolean): Promise<void> {
      const oldestUs = nowUs() - forgetAfterUs;
      const labs = new Map<string, Sighting[]>();
      for (const sighting of [...board.sightings()]) {
        if (sighting.lastSeenUs < oldestUs) board.forget(sighting.lab, sighting.node);
        else {
          const inLab = labs.get(sighting.lab);
          if (inLab === undefined) labs.set(sighting.lab, [sighting]);
          else inLab.push(sighting);
        }
      }
      for (const [lab, sightings] of labs) {
        const lines = keepLab(lab, sightings, withState);
        if (lines.length > 0) write(lines);
        await setImmediate();
      }
    },
  };
}

/** The line that tells two agents of one id. */
export function claimLines(
  { lab, node, name, boots, atUs }: Claim,
  place: StoredPlace | undefined,
): string[] {
  const tags = commonTagsOf({ lab, node, name, layer: place?.layer, parent: place?.parent ?? '' });
  const text = `two machines report as ${node} (runs ${boots.join(' and ')}): give each its own node id`;
  return eventLine(tags, v1.Event.Kind.DUPLICATE_NODE, text, node, atUs);
}

function tagsOf({ lab, node, name }: Sighting, place: StoredPlace | undefined): string {
  return commonTagsOf({ lab, node, name, layer: place?.layer, parent: place?.parent ?? '' });
}

function eventLine(
  tags: string,
  kind: number,
  text: string,
  other: string | undefined,
  atUs: number,
): string[] {
  const line = encodeComputed(eventMeasurement, tags, {}, { kind, text, other_node: other }, atUs);
  return line === undefined ? [] : [line];
}

function bootLine(tags: string, sighting: Sighting, place: StoredPlace): string[] {
  const seconds = bootSeconds(sighting, place);
  if (seconds === undefined) return [];
  // Stands where the first report stands, so that writing it again changes nothing.
  const line = encodeComputed(guestBoot, tags, {}, { boot_seconds: seconds }, sighting.firstReportUs);
  return line === undefined ? [] : [line];
}

function stateLine(
  tags: string,
  node: string,
  place: StoredPlace,
  topology: Topology,
  atUs: number,
): string[] {
  const withoutAgent = topology.guestsWithoutAgent.filter(
    ({ parent, guest }) => parent === node && atUs - (guest.startedUs ?? 0) > AGENT_GRACE_US,
  );
  const line = encodeComputed(
    topologyMeasurement,
    tags,
    {},
    {
      known: place.layer === undefined ? 0 : 1,
      opaque_root: place.root === 'opaque' ? 1 : 0,
      clones: topology.duplicates.filter(({ nodes }) => nodes.includes(node)).length,
      guests_without_agent: withoutAgent.length,
      guests_without_agent_names: withoutAgent.map(({ guest }) => guest.guest).join(' ') || undefined,
      by: place.by ?? place.root,
      guest: place.guest,
      reason: place.reason,
    },
    atUs,
  );
  return line === undefined ? [] : [line];
}
