import { DAY_MS } from '../../read/nodes.ts';
import { before, since, within } from '../../read/query.ts';
import type { ShownTimes } from '../address/lab-address.ts';
import { type ShownMetric, shownMetrics } from './metrics.ts';

/** What is read of a lab, and how far back. */
export interface LabRequest {
  readonly lab: string;
  /** Where all of it ends, µs since 1970. */
  readonly nowUs: number;
  /** Where quantities begin, and the time that one value stands for. */
  readonly fromUs: number;
  readonly everyUs: number;
  readonly isLive: boolean;
  /** Conditions on time: of benchmarks, the newest capability and verdicts; of events; of quantities. */
  readonly history: readonly string[];
  readonly events: readonly string[];
  readonly quantities: readonly string[];
  /** At most this many results of each benchmark, and this many events. */
  readonly mostResults: number;
  readonly mostEvents: number;
  /** Quantities of every node. */
  readonly metrics: readonly ShownMetric[];
  /** Node of which all quantities are read. */
  readonly open?: string | undefined;
}

/** This many values make a line: more than the pixels of a chart show nothing. */
const POINTS = 240;
const HISTORY_MS = 30 * DAY_MS;
const EVENTS_MS = 7 * DAY_MS;
const MINUTE_US = 60e6;

/** What the page shows of a lab in the times that its address means. */
export function pageRequest(
  lab: string,
  { fromUs, toUs, isLive }: ShownTimes,
  also: Partial<Pick<LabRequest, 'open' | 'metrics' | 'mostResults'>> = {},
): LabRequest {
  const spanMs = (toUs - fromUs) / 1000;
  const far = (atLeastMs: number) => Math.max(spanMs, atLeastMs);
  // Up to now the text of a question stays the same, so that its answer can be held.
  const span = (ms: number) => (isLive ? [within(ms)] : [since(toUs - ms * 1000), before(toUs)]);
  return {
    lab,
    nowUs: toUs,
    fromUs,
    everyUs: Math.max(MINUTE_US, Math.ceil((spanMs * 1000) / POINTS / MINUTE_US) * MINUTE_US),
    isLive,
    history: span(far(HISTORY_MS)),
    events: span(far(EVENTS_MS)),
    quantities: span(spanMs),
    mostResults: 20,
    mostEvents: 15,
    metrics: shownMetrics,
    ...also,
  };
}

/** What a report as one file looks back over. */
export function reportRequest(lab: string, spanMs: number, nowUs: number): LabRequest {
  const span = [within(spanMs)];
  return {
    lab,
    nowUs,
    fromUs: nowUs - spanMs * 1000,
    everyUs: Math.max(10e6, Math.round((spanMs * 1000) / POINTS)),
    isLive: true,
    history: span,
    events: span,
    quantities: span,
    mostResults: 500,
    mostEvents: 40,
    metrics: shownMetrics,
  };
}
