import { parseDuration } from '@nestwatch/common/config/setting';
import { ID_PATTERN } from '@nestwatch/proto';
import { MOMENTS, parseMoment } from '../../analysis/moment.ts';
import { DAY_MS } from '../../read/nodes.ts';
import { FIGURE_KEYS, type FigureKey } from '../view/figure-keys.ts';

/** What the page of a lab shows, as its address says it: so it can be kept and sent. Texts are as they were given. */
export interface LabAddress {
  readonly lab: string;
  /** Node id, on a machine's own page. */
  readonly node?: string;
  /** Figure and colour of each machine. */
  readonly show: FigureKey;
  /** How far back, such as "7d"; or both moments. */
  readonly span: string;
  readonly from?: string;
  readonly to?: string;
  /** Start of the comparison of changes; by default one day, or the length of the span. */
  readonly since?: string;
  /** Node id of the machine whose box is open. */
  readonly open?: string;
  /** Node ids of machines whose alike guests are shown one by one; "lab" for those on nobody. */
  readonly unfold: readonly string[];
}

/** The times that an address means, µs since 1970. */
export interface ShownTimes {
  readonly fromUs: number;
  readonly toUs: number;
  /** Whether it ends now, and so goes on. */
  readonly isLive: boolean;
  readonly sinceUs: number;
}

export const SPANS = [
  { span: '1h', title: 'hour' },
  { span: '1d', title: 'day' },
  { span: '7d', title: 'week' },
  { span: '30d', title: '30 days' },
] as const;

const DEFAULT_SPAN = '1h';
const SHORTEST_MS = 60_000;
/** Thinned-out points are rarely kept for longer. */
const LONGEST_MS = 800 * DAY_MS;
const MOST_UNFOLDED = 50;

/** Reads an address. What is not allowed counts as not given, and `problems` says so. */
export function addressOf(
  { lab, node }: Pick<LabAddress, 'lab' | 'node'>,
  query: URLSearchParams,
  nowUs: number,
): { address: LabAddress; problems: string[] } {
  const problems: string[] = [];
  const given = (name: string, isAllowed: (text: string) => boolean, allowed: string) => {
    const text = query.get(name)?.trim() ?? '';
    if (text === '') return {};
    if (isAllowed(text)) return { [name]: text };
    problems.push(`${name} ${text} is not allowed: give ${allowed}`);
    return {};
  };
  const isMoment = (text: string) => (parseMoment(text, nowUs) ?? Number.POSITIVE_INFINITY) <= nowUs;
  const isSpan = (text: string) => {
    const ms = parseDuration(text) ?? 0;
    return ms >= SHORTEST_MS && ms <= LONGEST_MS;
  };
  const moments = `a moment that was: ${MOMENTS}`;
  const address: LabAddress = {
    lab,
    ...(node !== undefined && { node }),
    show: 'slowdown',
    span: DEFAULT_SPAN,
    unfold: query
      .getAll('unfold')
      .filter((id) => ID_PATTERN.test(id))
      .slice(0, MOST_UNFOLDED),
    ...given('show', (text) => FIGURE_KEYS.some((key) => key === text), FIGURE_KEYS.join(', ')),
    ...given('span', isSpan, 'a time from 1m to 800d, such as 1h, 1d or 7d'),
    ...given('from', isMoment, moments),
    ...given('to', isMoment, moments),
    ...given('since', isMoment, moments),
    ...given('open', (text) => ID_PATTERN.test(text), 'the id of a machine'),
  };
  const { fromUs, toUs } = timesOf(address, nowUs);
  if (toUs - fromUs >= SHORTEST_MS * 1000) return { address, problems };
  const { from: _, to: __, ...rest } = address;
  return { address: rest, problems: [...problems, 'from has to be a minute or more before to'] };
}

/** The times that an address means at a moment. */
export function timesOf({ span, from, to, since }: LabAddress, nowUs: number): ShownTimes {
  const spanUs = (parseDuration(span) ?? 0) * 1000;
  const toUs = (to === undefined ? undefined : parseMoment(to, nowUs)) ?? nowUs;
  const fromUs = (from === undefined ? undefined : parseMoment(from, nowUs)) ?? toUs - spanUs;
  const givenUs = since === undefined ? undefined : parseMoment(since, nowUs);
  const sinceUs = Math.min(givenUs ?? Math.min(fromUs, toUs - DAY_MS * 1000), toUs);
  return { fromUs, toUs, isLive: to === undefined, sinceUs };
}

type Changed = { readonly [K in keyof LabAddress]?: LabAddress[K] | undefined };

/** The path with which the same is seen with something else in it; undefined takes a part away. */
export function pathOf(address: Pick<LabAddress, 'lab'> & Changed, other: Changed = {}): string {
  const query = queryOf({ ...address, ...other });
  const node = address.node === undefined ? '' : `/node/${encodeURIComponent(address.node)}`;
  return `/lab/${encodeURIComponent(address.lab)}${node}${query === '' ? '' : `?${query}`}`;
}

/** What differs from the default view. Equal for equal views. */
export function queryOf(address: Changed, also: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(also);
  const put = (name: 'show' | 'span' | 'from' | 'to' | 'since' | 'open', usual?: string) => {
    const value = address[name];
    if (value !== undefined && value !== usual) query.set(name, value);
  };
  put('show', 'slowdown');
  if (address.from === undefined) put('span', DEFAULT_SPAN);
  put('from');
  put('to');
  put('since');
  put('open');
  for (const node of address.unfold ?? []) query.append('unfold', node);
  return query.toString();
}
