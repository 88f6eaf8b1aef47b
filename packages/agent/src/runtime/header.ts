import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { VERSION } from '@nestwatch/common/version';
import type { HeaderShape } from '@nestwatch/proto';
import type { LabClock } from './lab-clock.ts';

export interface HeaderOptions {
  lab: string;
  node: string;
  name: string;
  runId: string;
  intervalMs: number;
  clock: Clock;
  labClock: LabClock;
}

export interface HeaderMaker {
  (): HeaderShape & { boot: string; seq: number };
  /** From now on, headers are of this new run: sequence numbers begin anew. */
  renew(runId: string): void;
  /** Where to ask how far everything of the run is confirmed. */
  countFreed(freed: () => number): void;
}

/** Makes the header of each message: the next sequence number, and the clocks as they stand now. */
export function createHeaderMaker(options: HeaderOptions): HeaderMaker {
  const { lab, node, name, intervalMs, clock, labClock } = options;
  let { runId } = options;
  let seq = 0;
  let freedNow = () => 0;
  let lastWallUs = 0;
  // The clock counts in ms. Two points of one series at one time would be one point, so two messages never share one.
  const uniqueWallUs = () => {
    const nowUs = clock.wallUs();
    lastWallUs = nowUs <= lastWallUs && lastWallUs - nowUs < 1000 ? lastWallUs + 1 : nowUs;
    return lastWallUs;
  };
  const make = () => {
    const monoUs = clock.monoUs();
    const estimate = labClock.estimate(monoUs);
    const freed = freedNow();
    seq += 1;
    return {
      lab,
      node,
      name,
      boot: runId,
      seq,
      freed,
      monoUs,
      intervalMs,
      wallUs: uniqueWallUs(),
      agentVersion: VERSION,
      ...labClock.position(),
      ...defined({ labUs: estimate && Math.round(estimate.labUs), labRate: estimate?.rate }),
    };
  };
  return Object.assign(make, {
    renew(next: string) {
      runId = next;
      seq = 0;
    },
    countFreed(count: () => number) {
      freedNow = count;
    },
  });
}
