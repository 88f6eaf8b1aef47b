import { defined } from '@nestwatch/common/defined';
import { type CanaryState, canary } from './canary.ts';
import { flagIn, numberIn, type Row, textIn, timeIn } from './cells.ts';
import { GUESTS_SEEN, type SeenOutside } from './guests-seen.ts';
import { DAY_MS, type Facet, type KnownNode } from './nodes.ts';
import { call, fields } from './query.ts';
import { isSilent, SILENT_AFTER_MS } from './silent.ts';

const SECOND_MS = 1000;

/** A node that was not heard of for longer is not part of its lab any more, ms. */
export const NODE_SPAN_MS = 7 * DAY_MS;

/** A node as its newest figures show it: what rules judge. */
export interface NodeState extends KnownNode, SeenOutside {
  readonly capability?: CapabilityState;
  /** What happened lately, oldest first. */
  readonly events?: readonly NodeEvent[];
  /** Mean share of stolen CPU time over the last minutes. */
  readonly stealRatio?: number;
  /** What an exit costs by what is published for its CPU with a fixed kernel. */
  readonly exitPublishedRatio?: number;
  readonly delivery?: DeliveryTrouble;
  /** Whether messages of it were taken in within the last minutes, however old they are. */
  readonly arrives?: boolean;
  /** Ids of the nodes that claim to run it, separated by spaces, while that is disputed. */
  readonly dispute?: string;
  /** Absent where no canary ran within a week. */
  readonly canary?: CanaryState;
}

export type CapabilityState = Readonly<ReturnType<typeof capabilityIn> & ReturnType<typeof issuesIn>>;

/** What is amiss with the messages of a node. */
interface DeliveryTrouble {
  /** Sequence numbers not yet confirmed below the highest seen. */
  readonly gaps?: number;
  /** Lost for good within the last hour. */
  readonly newlyLost?: number;
  /** Refused within the same time. */
  readonly newlyDead?: number;
}

export type NodeEvent = Readonly<ReturnType<typeof eventIn>>;

type With<K extends keyof NodeState> = Pick<NodeState, K>;

const FLAGS = ['can_host', 'nested_enabled', 'kvm_device_opens'];

export const capability: Facet<With<'capability'>> = {
  query: {
    select: [
      ...FLAGS.flatMap((flag) => [call('last', flag), call('max', flag, `best_${flag}`)]),
      call('last', 'guests_running'),
      call('last', 'snapshot_safe'),
    ],
    from: 'nestwatch_capability',
  },
  spanMs: NODE_SPAN_MS,
  holdsMs: 30 * SECOND_MS,
  add: ({ rows: [row] }, { capability: other }) => ({ capability: { ...other, ...capabilityIn(row) } }),
};

/** Apart, because InfluxDB 3 answers nothing at all where one field has never been written. */
const issues: Facet<With<'capability'>> = {
  query: {
    select: [call('last', 'open_escapes'), call('last', 'nesting_mitigated')],
    from: 'nestwatch_capability',
  },
  spanMs: NODE_SPAN_MS,
  holdsMs: 30 * SECOND_MS,
  add: ({ rows: [row] }, { capability: other }) => ({ capability: { ...other, ...issuesIn(row) } }),
};

/** Apart for the same reason, and because no agent before 0.2 tells it. */
const exitCost: Facet<With<'exitPublishedRatio'>> = {
  query: { select: [call('last', 'exit_published_ratio')], from: 'nestwatch_capability' },
  spanMs: DAY_MS,
  holdsMs: 30 * SECOND_MS,
  add: ({ rows: [row] }) => defined({ exitPublishedRatio: numberIn(row, 'exit_published_ratio') }),
};

function issuesIn(row: Row | undefined) {
  return defined({
    /** Ids with spaces between, "none" or "unknown". */
    openEscapes: textIn(row, 'open_escapes') || undefined,
    /** True where nesting is off to keep guests from what the kernel has. */
    nestingMitigated: flagIn(row, 'nesting_mitigated'),
  });
}

/** Headline facts now, and whether they were better within the span that is looked back over. */
function capabilityIn(row: Row | undefined) {
  return defined({
    canHost: flagIn(row, 'can_host'),
    couldHost: flagIn(row, 'best_can_host'),
    nestedEnabled: flagIn(row, 'nested_enabled'),
    wasNestedEnabled: flagIn(row, 'best_nested_enabled'),
    kvmDeviceOpens: flagIn(row, 'kvm_device_opens'),
    didKvmDeviceOpen: flagIn(row, 'best_kvm_device_opens'),
    guestsRunning: numberIn(row, 'guests_running'),
    /** False while guests run in it: saving or migrating this machine would break them. */
    snapshotSafe: flagIn(row, 'snapshot_safe'),
  });
}

const events: Facet<With<'events'>> = {
  query: { select: fields('kind', 'text', 'magnitude'), from: 'nestwatch_event' },
  spanMs: DAY_MS,
  holdsMs: 10 * SECOND_MS,
  add: ({ rows }) => ({ events: rows.map(eventIn) }),
};

function eventIn(row: Row) {
  return defined({
    timeUs: timeIn(row),
    /** Number of the kind, as in event.proto. */
    kind: numberIn(row, 'kind') ?? 0,
    text: textIn(row, 'text'),
    magnitude: numberIn(row, 'magnitude'),
  });
}

const steal: Facet<With<'stealRatio'>> = {
  query: { select: [call('mean', 'steal_ratio')], from: 'nestwatch_cpu_time' },
  spanMs: 300 * SECOND_MS,
  holdsMs: 10 * SECOND_MS,
  add: ({ rows: [row] }) => defined({ stealRatio: numberIn(row, 'steal_ratio') }),
};

const dispute: Facet<With<'dispute'>> = {
  query: {
    select: [call('last', 'conflict'), call('last', 'claimants')],
    from: 'nestwatch_topology',
  },
  spanMs: 300 * SECOND_MS,
  add: ({ rows: [row] }) => (flagIn(row, 'conflict') === true ? { dispute: textIn(row, 'claimants') } : {}),
};

/** The run of the agent that goes on and those before it count together. */
const delivery: Facet<With<'delivery'>> = {
  query: {
    select: [
      call('last', 'gaps'),
      ...['lost', 'dead'].flatMap((field) => [call('last', field), call('first', field, `${field}_before`)]),
    ],
    from: 'nestwatch_delivery',
    by: ['lab', 'node', 'run'],
  },
  spanMs: 3600 * SECOND_MS,
  holdsMs: 30 * SECOND_MS,
  add: ({ rows: [row] }, { delivery: other }) => ({
    delivery: {
      gaps: (other?.gaps ?? 0) + (numberIn(row, 'gaps') ?? 0),
      newlyLost: (other?.newlyLost ?? 0) + risen(row, 'lost'),
      newlyDead: (other?.newlyDead ?? 0) + risen(row, 'dead'),
    },
  }),
};

const arrives: Facet<With<'arrives'>> = {
  query: {
    select: [call('last', 'received'), call('first', 'received', 'received_before')],
    from: 'nestwatch_delivery',
    by: ['lab', 'node', 'run'],
  },
  spanMs: SILENT_AFTER_MS,
  add: ({ rows: [row] }, node) => (node.arrives || risen(row, 'received') > 0 ? { arrives: true } : {}),
};

/** All that rules ask for. */
export const NODE_STATE: readonly Facet<NodeState>[] = [
  ...[capability, issues, exitCost, events, steal, delivery, arrives, dispute, canary],
  ...GUESTS_SEEN,
];

/**
 * Whether a node's messages arrive, but those of a while ago: what was kept while the line to its site was cut. What it
 * shows then is not how it is now.
 */
export function catchesUp(
  { arrives, lastSeenUs }: Pick<NodeState, 'arrives' | 'lastSeenUs'>,
  nowUs: number,
): boolean {
  return arrives === true && isSilent(lastSeenUs, nowUs);
}

function risen(row: Row | undefined, field: string): number {
  return Math.max(0, (numberIn(row, field) ?? 0) - (numberIn(row, `${field}_before`) ?? 0));
}
