import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { VERSION } from '@nestwatch/common/version';
import type { HeaderShape } from '@nestwatch/proto';
import type { Writer } from '../delivery/writer.ts';
import { JUMP_FLOOR_US } from './clock-sync/estimator.ts';
import type { SyncedLabClock } from './clock-sync/synced-lab-clock.ts';

export interface HeaderOptions {
  readonly lab: string;
  readonly node: string;
  readonly name: string;
  readonly clock: Clock;
  readonly labClock: Pick<SyncedLabClock, 'estimate' | 'position'>;
}

export type HeaderMaker = () => HeaderShape & { boot: string; seq: number; freed: number };

/**
 * Makes the header of each message of the writer's run: the next sequence number, which starts again when the run does,
 * and the clocks as they stand now.
 */
export function createHeaderMaker(
  { lab, node, name, clock, labClock }: HeaderOptions,
  intervalMs: number,
  writer: Pick<Writer, 'runId' | 'freed'>,
): HeaderMaker {
  let { runId } = writer;
  let seq = 0;
  // This clock counts in ms.
  const wallUs = createDistinct(1000);
  // A better estimate holds this one at one moment until it is past that: for less time than a jump takes.
  const labUs = createDistinct(JUMP_FLOOR_US);
  return () => {
    const monoUs = clock.monoUs();
    const estimate = labClock.estimate(monoUs);
    seq = writer.runId === runId ? seq + 1 : 1;
    runId = writer.runId;
    return {
      lab,
      node,
      name,
      boot: runId,
      seq,
      freed: writer.freed(),
      monoUs,
      intervalMs,
      wallUs: wallUs(clock.wallUs()),
      agentVersion: VERSION,
      ...labClock.position(),
      ...defined({ labUs: estimate && labUs(Math.round(estimate.labUs)), labRate: estimate?.rate }),
    };
  };
}

/**
 * Two points of one series at one time would be one point, so two messages never share one: a time that is not past the
 * last one, by less than `withinUs`, is the next µs after it. What is further back is a clock that was set.
 */
function createDistinct(withinUs: number): (nowUs: number) => number {
  let lastUs = 0;
  return (nowUs) => {
    lastUs = nowUs <= lastUs && lastUs - nowUs < withinUs ? lastUs + 1 : nowUs;
    return lastUs;
  };
}
