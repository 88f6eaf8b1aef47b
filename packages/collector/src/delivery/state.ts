import { countOf, type Range, type Ranges, subtract, union } from '@nestwatch/common/ranges';

/** What is known of the messages of one run of one agent. Accounts of the same run merge, in any order. */
export interface Account {
  readonly boot: string;
  readonly written: Ranges;
  readonly dead: Ranges;
  readonly dropped: Ranges;
  /** In InfluxDB, though no account told of it: who wrote these may still tell, and then they were received once. */
  readonly found: Ranges;
  /** Up to here the agent had freed everything, by its own word. */
  readonly freed: number;
  readonly received: number;
  readonly duplicates: number;
  /** Wall clock of the node when a later run began, µs since 1970; undefined while none has. */
  readonly closedUs: number | undefined;
  /** What that later run then still held of this one. */
  readonly held: Ranges;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly lastWallUs: number;
  readonly name: string;
  readonly layer: number | undefined;
  readonly parent: string;
}

/** What the collectors and an operator want to know of it, in sequence numbers. */
export interface Figures {
  received: number;
  written: number;
  duplicates: number;
  dead: number;
  dropped: number;
  /** Below the highest number seen, and not confirmed yet. */
  gaps: number;
  /** Of the gaps, those that the agent no longer holds: they will not come. */
  lost: number;
  highest: number;
}

/**
 * Most runs of numbers that one set keeps. Beyond, the highest are forgotten: that is safe, because what is not known
 * as confirmed is sent again, while claiming what is not known would lose it.
 */
const MOST_RANGES = 2000;

export function emptyAccount(boot: string): Account {
  return {
    ...{
      boot,
      written: [],
      dead: [],
      dropped: [],
      found: [],
      held: [],
      freed: 0,
      received: 0,
      duplicates: 0,
    },
    ...{ closedUs: undefined, firstUs: 0, lastUs: 0, lastWallUs: 0, name: '', layer: undefined, parent: '' },
  };
}

/** Everything that nobody needs to send again. */
export function confirmedOf(account: Account): Ranges {
  const freed: Range[] = account.freed > 0 ? [[1, account.freed]] : [];
  return union(account.written, account.dead, account.dropped, account.found, freed);
}

/**
 * Adds what one collector took in meanwhile. `received` of `news` counts messages; which of them were repetitions is
 * found by comparing with what was confirmed before.
 */
export function merge(base: Account, news: Account): Account {
  const added = union(news.written, news.dead);
  const fresh = countOf(subtract(added, union(base.written, base.dead)));
  const closing = (news.closedUs ?? -1) > (base.closedUs ?? -1) ? news : base;
  const newest = news.lastWallUs >= base.lastWallUs ? news : base;
  return {
    boot: base.boot,
    written: bounded(union(base.written, news.written)),
    dead: bounded(union(base.dead, news.dead)),
    dropped: bounded(union(base.dropped, news.dropped)),
    found: bounded(union(base.found, news.found)),
    freed: Math.max(base.freed, news.freed),
    received: base.received + news.received,
    duplicates: base.duplicates + news.duplicates + Math.max(0, news.received - fresh),
    closedUs: closing.closedUs,
    held: closing.held,
    firstUs: base.firstUs === 0 ? news.firstUs : Math.min(base.firstUs, news.firstUs || base.firstUs),
    lastUs: Math.max(base.lastUs, news.lastUs),
    lastWallUs: newest.lastWallUs,
    name: newest.name || base.name,
    layer: newest.layer ?? base.layer,
    parent: newest.parent || base.parent,
  };
}

const counted = new WeakMap<Account, Figures>();

/**
 * The figures of an account. They are kept as long as it is, for an account is never changed, and most of thousands are
 * asked for again and again without being new.
 */
export function figuresOf(account: Account): Readonly<Figures> {
  let figures = counted.get(account);
  if (figures === undefined) {
    figures = count(account);
    counted.set(account, figures);
  }
  return figures;
}

function count(account: Account): Figures {
  const confirmed = confirmedOf(account);
  const written = union(account.written, account.found);
  const dead = subtract(account.dead, written);
  const dropped = subtract(account.dropped, union(written, account.dead));
  const highest = Math.max(confirmed.at(-1)?.[1] ?? 0, account.held.at(-1)?.[1] ?? 0);
  const missing = subtract(highest === 0 ? [] : [[1, highest]], confirmed);
  return {
    received: account.received,
    written: countOf(confirmed) - countOf(dead) - countOf(dropped),
    duplicates: account.duplicates,
    dead: countOf(dead),
    dropped: countOf(dropped),
    gaps: countOf(missing),
    lost: account.closedUs === undefined ? 0 : countOf(subtract(missing, account.held)),
    highest,
  };
}

/** Sums of the figures; `highest` has no sum and is the largest. */
export function sumFigures(all: readonly Readonly<Figures>[]): Figures {
  const sum: Figures = {
    ...{ received: 0, written: 0, duplicates: 0, dead: 0 },
    ...{ dropped: 0, gaps: 0, lost: 0, highest: 0 },
  };
  for (const each of all) {
    for (const key of Object.keys(sum) as (keyof Figures)[]) {
      sum[key] = key === 'highest' ? Math.max(sum.highest, each.highest) : sum[key] + each[key];
    }
  }
  return sum;
}

function bounded(set: Ranges): Ranges {
  return set.length > MOST_RANGES ? set.slice(0, MOST_RANGES) : set;
}
