import { defined } from '@nestwatch/common/defined';
import { formatDuration } from '@nestwatch/common/quantities';
import { type AlertNews, readAlertNews } from '../../read/alerts.ts';
import { readCapabilityTraces } from '../../read/capability-traces.ts';
import { byLayerAndName, timeIn } from '../../read/cells.ts';
import { MARKS } from '../../read/forgotten.ts';
import { readCapability } from '../../read/lab-page.ts';
import { readNewestSlowdowns } from '../../read/newest-slowdowns.ts';
import { DAY_MS, readNodes } from '../../read/nodes.ts';
import {
  ask,
  before,
  call,
  equals,
  type HistoryReader,
  type Reader,
  since,
  within,
} from '../../read/query.ts';
import { CHANGE_KINDS, type LabChange, type LabChanges } from './changes.ts';
import { changesOfCapability } from './of-capability.ts';
import { changesOfNodes } from './of-nodes.ts';
import { changesOfSlowdowns } from './of-slowdowns.ts';

/** As far before each end is looked for what held then. */
const HISTORY_MS = 30 * DAY_MS;
/** Number of machines for which the time of a capability change is looked up. */
const MOST_DATED = 40;
const MINUTE_US = 60e6;

interface ChangesRequest {
  readonly lab: string;
  readonly sinceUs: number;
  readonly toUs: number;
  /** Whether it ends now. */
  readonly isLive: boolean;
}

/** The state of a lab at a moment, read by conditions on time that end there. */
type End = Awaited<ReturnType<typeof readEnd>>;

/** Reads and computes what is different in a lab from what it was. @throws as Store.query */
export async function createChanges(store: HistoryReader, request: ChangesRequest): Promise<LabChanges> {
  const { lab, toUs, isLive } = request;
  // By whole minutes, so that who asks again asks the same.
  const sinceUs = Math.floor(request.sinceUs / MINUTE_US) * MINUTE_US;
  const span = isLive ? [since(sinceUs)] : [since(sinceUs), before(toUs)];
  const [was, is, firstUs, forgottenUs, news] = await Promise.all([
    readPast(store, lab, sinceUs),
    readEnd(store, lab, isLive ? undefined : toUs),
    readTimes(store, lab, { select: [call('first', 'seq')], from: 'nestwatch_report' }, span),
    readTimes(store, lab, MARKS, span),
    readAlertNews(store, lab, span),
  ]);
  const presence = { before: was.nodes, now: is.nodes, sinceUs, toUs, firstUs, forgottenUs };
  const isUnknown = was.nodes.length === 0 && is.nodes.length > 0;
  // Where nothing is known of what was, everything would be new.
  const ofNodes = changesOfNodes(presence).filter(({ kind }) => !isUnknown || kind !== 'new');
  const changes: LabChange[] = [
    ...ofNodes,
    ...(await changesOfAll(store, { lab, sinceUs, toUs, span }, was, is)),
    ...changesOfSlowdowns(is.nodes, was.slowdowns, is.slowdowns),
    ...news.flatMap((each) => changeOfAlert(each, sinceUs)),
  ];
  const rank = ({ kind }: LabChange) => CHANGE_KINDS.indexOf(kind);
  return {
    ...{ lab, sinceUs, toUs },
    changes: changes.sort((a, b) => rank(a) - rank(b) || byLayerAndName(a, b)),
    notes: isUnknown ? ['There is no earlier data for this lab, so new machines cannot be shown.'] : [],
  };
}

/** What changed in the capability of all nodes, and when. */
async function changesOfAll(
  store: Reader,
  {
    lab,
    span,
    ...times
  }: Pick<ChangesRequest, 'lab' | 'sinceUs' | 'toUs'> & { readonly span: readonly string[] },
  was: End,
  is: End,
): Promise<LabChange[]> {
  const pairs = is.nodes.flatMap((node) => {
    const [old, now] = [was.capability.get(node.node), is.capability.get(node.node)];
    return old === undefined || now === undefined ? [] : [{ node, old, now }];
  });
  const changesOf = (dateOf?: (node: string, field: string, value: string | number) => number | undefined) =>
    pairs.flatMap(({ node, old, now }) => changesOfCapability(node, old, now, times, dateOf));
  const nodes = [...new Set(changesOf().map(({ node }) => node))].slice(0, MOST_DATED);
  return nodes.length === 0 ? [] : changesOf(await readCapabilityTraces(store, lab, nodes, span));
}

/** What a lab was like at a moment; where it is long ago, from thinned-out points. */
async function readPast(store: HistoryReader, lab: string, us: number): Promise<End> {
  const found = await readEnd(store, lab, us);
  return found.nodes.length > 0 ? found : readEnd({ query: store.queryThinned }, lab, us);
}

/** @param us the moment, µs since 1970; now without one */
async function readEnd(store: Reader, lab: string, us?: number) {
  const span = us === undefined ? [within(HISTORY_MS)] : [since(us - HISTORY_MS * 1000), before(us)];
  const times = us === undefined ? { spanMs: HISTORY_MS } : { fromUs: us - HISTORY_MS * 1000, toUs: us };
  const [nodes, capability, slowdowns] = await Promise.all([
    readNodes(store, [], { lab, ...times }),
    readCapability(store, lab, span),
    readNewestSlowdowns(store, span, lab),
  ]);
  return { nodes, capability, slowdowns };
}

/** When something of a node stands, by node. */
async function readTimes(
  store: Reader,
  lab: string,
  query: Pick<typeof MARKS, 'select' | 'from'>,
  span: readonly string[],
): Promise<Map<string, number>> {
  const series = await ask(store, { ...query, where: [equals('lab', lab), ...span], by: ['node'] });
  return new Map(series.map(({ tags, rows }) => [tags['node'] ?? '', timeIn(rows[0])]));
}

/** An alert that began or ended; one that did both is over. */
function changeOfAlert({ alert, overUs }: AlertNews, sinceUs: number): LabChange[] {
  const { node, name, layer, rule, subject, severity, firedUs } = alert;
  const what = `${rule}${subject === '' ? '' : ` ${subject}`}`;
  const common = defined({ node, name: name || node, layer, what, severity });
  if (overUs !== undefined) {
    const figure = `after ${formatDuration((overUs - firedUs) / 1e6)}`;
    return [{ ...common, kind: 'alert over', figure, atUs: overUs }];
  }
  return firedUs < sinceUs ? [] : [{ ...common, kind: 'alert', figure: severity, atUs: firedUs }];
}
