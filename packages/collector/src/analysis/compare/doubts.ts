import { groupBy } from '@nestwatch/common/group-by';
import { formatDuration, significant } from '@nestwatch/common/quantities';
import { median } from '@nestwatch/common/statistics';
import type { MessageTrace } from '../../read/messages.ts';
import { nominalUs, type Result } from '../../read/result.ts';
import type { Span } from '../../read/span.ts';
import { isProbe } from '../result-groups.ts';
import { isMeasured } from '../rounds/pairing.ts';
import { type NodePair, nodeOf } from './pair-nodes.ts';
import type { Side, Sides } from './sides.ts';
import { listed, moment, onSide } from './wording.ts';

/** A pause in the rounds of a node is a hole when it is this many times as long as usual. */
const HOLE = 4;
/** Clocks that run so much faster or slower distort every time that is measured by them. */
const RATE = 1.05;

/** What the reader has to know before believing a comparison, a sentence each. */
export function doubts(sides: Sides, pairs: readonly NodePair[]): string[] {
  const both = [sides.before, sides.after];
  const spans = [...new Set(both.map(({ span }) => span))];
  const notes = [
    ...both.flatMap(emptiness),
    ...pairs.flatMap((pair) => [...oneSided(pair, sides), ...clockRates(pair, sides)]),
    ...both.flatMap(holes),
    ...spans.flatMap(({ nodes, messages }) =>
      nodes.flatMap(({ node, name }) => {
        const traces = messages.get(node) ?? [];
        return [...twoAgents(name, traces), ...clockOff(name, traces)];
      }),
    ),
    ...thinnedOut(spans),
  ];
  return [...new Set(notes)];
}

function emptiness({ label, span, resultsOf }: Side): string[] {
  if (span.nodes.some(({ node }) => resultsOf(node).some(isMeasured))) return [];
  return [`There are no results ${onSide(label)}, from ${moment(span.fromUs)} to ${moment(span.toUs)}.`];
}

function oneSided(pair: NodePair, { before, after }: Sides): string[] {
  const has = (side: Side, node: string | undefined) =>
    node !== undefined && side.resultsOf(node).some(isMeasured);
  const [was, is] = [has(before, pair.before?.node), has(after, pair.after?.node)];
  if (was === is) return [];
  return [`${nodeOf(pair).name} has results on one side only: ${onSide((was ? before : after).label)}.`];
}

/** The longest pause between rounds of a node's benchmarks, where it is far longer than the others. */
function holes({ label, span, resultsOf }: Side): string[] {
  const found = span.nodes.flatMap(({ node, name }) => {
    const hole = holeIn(resultsOf(node));
    return hole === undefined ? [] : [{ name, hole }];
  });
  return [...groupBy(found, ({ hole }) => hole)].map(
    ([hole, nodes]) => `No round of ${listed(nodes.map(({ name }) => name))} ${onSide(label)} ${hole}.`,
  );
}

function holeIn(results: readonly Result[]): string | undefined {
  const rounds = results.filter((each) => isMeasured(each) && !isProbe(each));
  const times = [...new Set(rounds.map(({ round, timeUs }) => nominalUs(round) ?? timeUs))].sort(
    (a, b) => a - b,
  );
  const pauses = times.slice(1).map((timeUs, at) => timeUs - (times[at] ?? timeUs));
  const [longest, usual] = [pauses.reduce((a, b) => Math.max(a, b), 0), median(pauses)];
  if (pauses.length < HOLE || longest < HOLE * usual) return undefined;
  const fromUs = times[pauses.indexOf(longest)] ?? 0;
  return `for ${formatDuration(longest / 1e6)} after ${moment(fromUs)}, else one every ${formatDuration(usual / 1e6)}`;
}

/** After a restart another run goes on. A run that comes back after another is a second agent. */
function twoAgents(name: string, traces: readonly MessageTrace[]): string[] {
  const runs = traces.map(({ run }) => run).filter((run, at, all) => run !== '' && run !== all[at - 1]);
  if (runs.length === new Set(runs).size) return [];
  return [
    `Two agents report as ${name}, because their runs alternate. Its results may come from two machines.`,
  ];
}

function clockOff(name: string, traces: readonly MessageTrace[]): string[] {
  const off = traces.filter(({ isPlaced }) => isPlaced).map(({ skewSeconds }) => Math.abs(skewSeconds ?? 0));
  if (off.length === 0) return [];
  const most = formatDuration(off.reduce((a, b) => Math.max(a, b), 0));
  return [`The clock of ${name} was off by up to ${most}: its points stand at the collector's time.`];
}

/** Durations are measured by the node's own clock, so a clock that runs otherwise makes other durations. */
function clockRates(pair: NodePair, { before, after }: Sides): string[] {
  const rateOn = ({ span }: Side, node = '') =>
    median((span.messages.get(node) ?? []).flatMap(({ clockRate }) => clockRate ?? []));
  const [was, is] = [rateOn(before, pair.before?.node), rateOn(after, pair.after?.node)];
  // NaN where nothing is known of one.
  if (!(Math.max(was / is, is / was) >= RATE)) return [];
  return [
    `The clock of ${nodeOf(pair).name} ran at another rate: one of its seconds took ${significant(was)} s of the collector ${onSide(before.label)}, and ${significant(is)} s ${onSide(after.label)}. It measures with its own clock, so its ratios are wrong by that factor.`,
  ];
}

function thinnedOut(spans: readonly Span[]): string[] {
  return [...groupBy(spans, ({ lab }) => lab)].flatMap(([lab, own]) => {
    const untilUs = Math.max(0, ...own.map((each) => each.thinnedUntilUs ?? 0));
    const why = own.find(({ unreadable }) => unreadable !== undefined)?.unreadable;
    return [
      ...(untilUs > 0
        ? [
            `Before ${moment(untilUs)}, lab ${lab} has only thinned-out points: a round there may stand for several.`,
          ]
        : []),
      ...(why === undefined ? [] : [`Cannot read older points of lab ${lab}: ${why}.`]),
    ];
  });
}
