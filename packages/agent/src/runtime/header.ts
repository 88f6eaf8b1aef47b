import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { VERSION } from '@nestwatch/common/version';
import type { HeaderShape } from '@nestwatch/proto';
import type { Writer } from '../delivery/writer.ts';
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
  let lastWallUs = 0;
  // The clock counts in ms. Two points of one series at one time would be one point, so two messages never share one.
  const uniqueWallUs = () => {
    const nowUs = clock.wallUs();
    lastWallUs = nowUs <= lastWallUs && lastWallUs - nowUs < 1000 ? lastWallUs + 1 : nowUs;
    return lastWallUs;
  };
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
      wallUs: uniqueWallUs(),
      agentVersion: VERSION,
      ...labClock.position(),
      ...defined({ labUs: estimate && Math.round(estimate.labUs), labRate: estimate?.rate }),
    };
  };
}
