import { type CapabilityShape, type EventShape, v1 } from '@nestwatch/proto';
import type { AgentMessage } from '../ingest/decode.ts';
import { factsOf, type NodeFacts } from './node-facts.ts';
import { orderAfter, orderAtStart, type RunOrder } from './run-order.ts';
import { TAKEOVER_AFTER_US } from './superseded.ts';

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
  /** Absent in records of 0.1.0. */
  readonly order?: RunOrder;
}

type FirstMessage = Pick<NodeRecord, 'machineBoot' | 'firstReportUs' | 'firstReportWallUs'>;

interface Start {
  readonly first: FirstMessage;
  readonly order: RunOrder;
}

/** A node that sends samples is noted as seen this often, not at each. */
const SEEN_EVERY_US = 5 * 60e6;
/** While something is to be decided that depends on whether the node lives. */
const SEEN_SOON_US = 20e6;

/**
 * Turns messages into node records. They may come twice, late and out of order.
 * @param stored the last record of a node, by this or another collector
 * @param store called when there is something worth storing
 * @param isAwaited whether it matters now that something is heard of a node
 */
export function createNodeRecorder(
  stored: (lab: string, node: string) => NodeRecord | undefined,
  store: (record: NodeRecord) => void,
  isAwaited: (lab: string, node: string) => boolean = () => false,
) {
  /** How each node's present start began, where that came before its first capability. */
  const starts = new Map<string, Start>();

  function storeFacts(message: AgentMessage, first: FirstMessage, receivedUs: number): void {
    const { lab, node, header, body } = message;
    const key = `${lab}/${node}`;
    const before = stored(lab, node);
    const start = starts.get(key);
    const known = before === undefined ? start?.order : orderOf(before, receivedUs);
    const order = orderAfter(known, header, receivedUs);
    if (order === undefined) return;
    // An agent that is started again within one start of its machine does not make its first message later.
    const noted = [before, start?.first].find((each) => each?.machineBoot === first.machineBoot);
    const { machineBoot, firstReportUs, firstReportWallUs } = noted ?? first;
    starts.delete(key);
    const seen = seenAt(before, receivedUs);
    const facts = factsOf(header, body as CapabilityShape);
    store({ ...facts, lab, machineBoot, firstReportUs, firstReportWallUs, order, ...seen });
  }

  function noteStart({ lab, node, header, body }: AgentMessage, first: FirstMessage, receivedUs: number) {
    const before = stored(lab, node);
    const earlier = ((body as EventShape).held ?? []).flatMap(({ boot }) => boot ?? []);
    const known = before && orderOf(before, receivedUs);
    const order = orderAtStart(known, header, earlier, receivedUs);
    if (order === undefined) return;
    starts.set(`${lab}/${node}`, { first, order });
    if (before !== undefined) store({ ...before, order, ...seenAt(before, receivedUs) });
  }

  /** @param receivedUs when it was received, µs of the collector's clock */
  return (message: AgentMessage, receivedUs: number): void => {
    const { lab, node, kind, header, body } = message;
    const { runId, wallUs } = header;
    // A run id begins with the kernel's part. These times only say how long the machine took to start.
    const firstReportUs = header.labUs ?? wallUs;
    const first = { machineBoot: runId.slice(0, 8), firstReportUs, firstReportWallUs: wallUs };
    if (kind === 'capability') {
      storeFacts(message, first, receivedUs);
      return;
    }
    if (kind === 'event' && body['kind'] === v1.Event.Kind.AGENT_STARTED) {
      noteStart(message, first, receivedUs);
    }
    const before = stored(lab, node);
    if (before === undefined) return;
    const soonUs = isAwaited(lab, node) ? SEEN_SOON_US : SEEN_EVERY_US;
    if (receivedUs - seenIn(before, receivedUs) >= soonUs && !isFormer(before, runId)) {
      store({ ...before, ...seenAt(before, receivedUs) });
    }
  };
}

function orderOf({ order, boot, reportedUs }: NodeRecord, receivedUs: number): RunOrder {
  return order ?? { runId: boot, seq: 0, formerRuns: [], madeUs: Math.min(reportedUs, receivedUs) };
}

/** Times of 0.1.0 are the node's own, and may lie in the future: then it counts as not seen yet. */
function seenIn({ lastSeenUs }: NodeRecord, receivedUs: number): number {
  return lastSeenUs > receivedUs + SEEN_EVERY_US ? 0 : lastSeenUs;
}

function seenAt(before: NodeRecord | undefined, receivedUs: number) {
  if (before === undefined) {
    return { firstSeenUs: receivedUs, lastSeenUs: receivedUs, presentSinceUs: receivedUs };
  }
  const firstSeenUs = Math.min(before.firstSeenUs, receivedUs);
  const wasAway = receivedUs - before.lastSeenUs > TAKEOVER_AFTER_US;
  const presentSinceUs = wasAway ? receivedUs : Math.min(before.presentSinceUs ?? firstSeenUs, receivedUs);
  return { firstSeenUs, lastSeenUs: receivedUs, presentSinceUs };
}

/** What an outbox sends of an earlier run says nothing of whether the machine lives now. */
function isFormer({ order }: NodeRecord, runId: string): boolean {
  return order?.formerRuns.includes(runId) ?? false;
}
