import type { Cell, Series } from '../influx/query-answer.ts';
import type { Store } from '../influx/store.ts';
import type { CapabilityView, DeliveryView, EventView, NodeState } from './node-state.ts';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
/** A node that was not heard of for longer is not part of its lab any more. */
const NODES_SPAN_US = 7 * DAY_US;
const STEAL_SPAN_US = 300 * SECOND_US;
const DELIVERY_SPAN_US = 3600 * SECOND_US;

/** Reads the state of every node of every lab, by lab and node. */
export type NodesReader = (nowUs: number) => Promise<Map<string, Map<string, NodeState>>>;

/** Reads once. */
export function readNodes(store: Pick<Store, 'query'>, nowUs: number): ReturnType<NodesReader> {
  return createNodesReader(store)(nowUs);
}

/**
 * Reads again and again, and asks for long spans only now and then: a week of a thousand nodes is millions of
 * points, of which the last minutes tell what is new.
 */
export function createNodesReader(store: Pick<Store, 'query'>): NodesReader {
  const ask = (select: string, from: string, spanUs: number, everyUs: number, tags = '"lab","node"') => {
    let answer: Series[] | undefined;
    let askedUs = 0;
    return async (nowUs: number): Promise<Series[]> => {
      if (answer !== undefined && nowUs - askedUs < everyUs) return answer;
      answer = await store.query(
        `SELECT ${select} FROM "${from}" WHERE time > ${Math.floor(nowUs - spanUs)}u GROUP BY ${tags}`,
      );
      askedUs = nowUs;
      return answer;
    };
  };
  const places = '"lab","node","name","layer","parent"';
  const queries = [
    ask('last("seq") AS "seq"', 'nestwatch_report', NODES_SPAN_US, 300 * SECOND_US, places),
    ask('last("seq") AS "seq"', 'nestwatch_report', 600 * SECOND_US, 0, places),
    ask(CAPABILITY, 'nestwatch_capability', NODES_SPAN_US, 30 * SECOND_US),
    ask('"kind", "text", "magnitude"', 'nestwatch_event', DAY_US, 10 * SECOND_US),
    ask('mean("steal_ratio") AS "steal"', 'nestwatch_cpu_time', STEAL_SPAN_US, 10 * SECOND_US),
    ask(DELIVERY, 'nestwatch_delivery', DELIVERY_SPAN_US, 30 * SECOND_US, '"lab","node","run"'),
  ];
  return async (nowUs) => {
    const [ever = [], lately = [], capability = [], events = [], steal = [], delivery = []] =
      await Promise.all(queries.map((query) => query(nowUs)));
    return statesOf({ seen: [...ever, ...lately], capability, events, steal, delivery });
  };
}

interface Answers {
  readonly seen: readonly Series[];
  readonly capability: readonly Series[];
  readonly events: readonly Series[];
  readonly steal: readonly Series[];
  readonly delivery: readonly Series[];
}

function statesOf({
  seen,
  capability,
  events,
  steal,
  delivery,
}: Answers): Map<string, Map<string, NodeState>> {
  const labs = newestOf(seen);
  const update = (
    series: readonly Series[],
    part: (rows: Series['rows'], node: NodeState) => Partial<NodeState>,
  ) => {
    for (const { tags, rows } of series) {
      const nodes = labs.get(tags['lab'] ?? '');
      const node = nodes?.get(tags['node'] ?? '');
      if (node !== undefined) nodes?.set(node.node, { ...node, ...part(rows, node) });
    }
  };
  update(capability, (rows) => ({ capability: capabilityOf(rows[0] ?? {}) }));
  update(events, (rows) => ({ events: rows.map(eventOf) }));
  update(steal, (rows) => (typeof rows[0]?.['steal'] === 'number' ? { stealRatio: rows[0]['steal'] } : {}));
  update(delivery, (rows, node) => ({ delivery: addDelivery(node.delivery, rows[0] ?? {}) }));
  return labs;
}

const CAPABILITY = [
  ...['can_host', 'nested_enabled', 'kvm_device_opens'].flatMap((flag) => [
    `last("${flag}") AS "${flag}"`,
    `max("${flag}") AS "best_${flag}"`,
  ]),
  ...['guests_running', 'snapshot_safe'].map((field) => `last("${field}") AS "${field}"`),
].join(', ');

const DELIVERY =
  'last("gaps") AS "gaps", last("lost") AS "lost", first("lost") AS "lost_before", last("dead") AS "dead", first("dead") AS "dead_before"';

/** A node's tags may have changed (it learnt its layer, was renamed): the newest series says how it is now. */
function newestOf(seen: readonly Series[]): Map<string, Map<string, NodeState>> {
  const labs = new Map<string, Map<string, NodeState>>();
  for (const { tags, rows } of seen) {
    const lastSeenUs = Number(rows[0]?.['time'] ?? 0);
    const lab = labs.get(tags['lab'] ?? '') ?? new Map<string, NodeState>();
    labs.set(tags['lab'] ?? '', lab);
    const node = tags['node'] ?? '';
    if ((lab.get(node)?.lastSeenUs ?? 0) > lastSeenUs) continue;
    const layer = Number.parseInt(tags['layer'] ?? '', 10);
    const parent = tags['parent'] ?? 'none';
    lab.set(node, {
      ...{ node, name: tags['name'] ?? node, lastSeenUs, events: [] },
      ...(Number.isNaN(layer) ? {} : { layer }),
      ...(parent === 'none' ? {} : { parent }),
    });
  }
  return labs;
}

type Row = Readonly<Record<string, Cell>>;

function capabilityOf(row: Row): CapabilityView {
  const flag = <K extends string>(key: K, column: string) => {
    const value = row[column];
    return typeof value === 'number' ? ({ [key]: value === 1 } as Record<K, boolean>) : {};
  };
  const guests = row['guests_running'];
  return {
    ...flag('canHost', 'can_host'),
    ...flag('couldHost', 'best_can_host'),
    ...flag('nestedEnabled', 'nested_enabled'),
    ...flag('wasNestedEnabled', 'best_nested_enabled'),
    ...flag('kvmDeviceOpens', 'kvm_device_opens'),
    ...flag('didKvmDeviceOpen', 'best_kvm_device_opens'),
    ...flag('snapshotSafe', 'snapshot_safe'),
    ...(typeof guests === 'number' ? { guestsRunning: guests } : {}),
  };
}

function eventOf(row: Row): EventView {
  const magnitude = row['magnitude'];
  return {
    timeUs: Number(row['time']),
    kind: Number(row['kind']),
    text: String(row['text'] ?? ''),
    ...(typeof magnitude === 'number' ? { magnitude } : {}),
  };
}

/** The run of the agent that goes on and those before it count together. */
function addDelivery(before: DeliveryView | undefined, row: Row): DeliveryView {
  const figure = (column: string) => Number(row[column] ?? 0);
  return {
    gaps: (before?.gaps ?? 0) + figure('gaps'),
    newlyLost: (before?.newlyLost ?? 0) + Math.max(0, figure('lost') - figure('lost_before')),
    newlyDead: (before?.newlyDead ?? 0) + Math.max(0, figure('dead') - figure('dead_before')),
  };
}
