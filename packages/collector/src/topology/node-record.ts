import { type CapabilityShape, v1 } from '@nestwatch/proto';
import type { AgentMessage } from '../ingest/decode.ts';
import { factsOf, type NodeFacts } from './node-facts.ts';

/** What is kept of a node: its facts, and when it was heard of. */
export interface NodeRecord extends NodeFacts {
  readonly lab: string;
  readonly firstSeenUs: number;
  readonly lastSeenUs: number;
  /** First eight digits of the kernel's boot_id: one start of the machine. */
  readonly machineBoot: string;
  /** First message of that start: µs of lab time, and by the node's own clock. */
  readonly firstReportUs: number;
  readonly firstReportWallUs: number;
}

type FirstMessage = Pick<NodeRecord, 'machineBoot' | 'firstReportUs' | 'firstReportWallUs'>;

/** A node that sends samples is noted as seen this often, not at each. */
const SEEN_EVERY_US = 5 * 60e6;

/**
 * Turns messages into node records. They may come twice, late and out of order.
 * @param stored the last record of a node, by this or another collector
 * @param store called when there is something worth storing
 */
export function createNodeRecorder(
  stored: (lab: string, node: string) => NodeRecord | undefined,
  store: (record: NodeRecord) => void,
) {
  /** First message of each node's present start, where one before its capability told it. */
  const firstMessages = new Map<string, FirstMessage>();

  function storeFacts(
    facts: NodeFacts,
    lab: string,
    before: NodeRecord | undefined,
    now: FirstMessage,
  ): void {
    // Sent again from an outbox, after a later one.
    if (before !== undefined && before.reportedUs > facts.reportedUs) return;
    const key = `${lab}/${facts.node}`;
    // An agent that is started again within one start of its machine does not make its first message later.
    const noted = [before, firstMessages.get(key)].find((each) => each?.machineBoot === now.machineBoot);
    const { machineBoot, firstReportUs, firstReportWallUs } = noted ?? now;
    firstMessages.delete(key);
    const firstSeenUs = before?.firstSeenUs ?? now.firstReportUs;
    const lastSeenUs = Math.max(now.firstReportUs, before?.lastSeenUs ?? 0);
    store({ ...facts, lab, machineBoot, firstReportUs, firstReportWallUs, firstSeenUs, lastSeenUs });
  }

  return ({ lab, node, kind, header, body }: AgentMessage): void => {
    const { runId, wallUs } = header;
    const atUs = header.labUs ?? wallUs;
    const before = stored(lab, node);
    // A run id begins with the kernel's part.
    const now = { machineBoot: runId.slice(0, 8), firstReportUs: atUs, firstReportWallUs: wallUs };
    if (kind === 'capability') {
      storeFacts(factsOf(header, body as CapabilityShape), lab, before, now);
      return;
    }
    if (kind === 'event' && body['kind'] === v1.Event.Kind.AGENT_STARTED) {
      firstMessages.set(`${lab}/${node}`, now);
    }
    if (before !== undefined && atUs - before.lastSeenUs >= SEEN_EVERY_US) {
      store({ ...before, lastSeenUs: atUs });
    }
  };
}
