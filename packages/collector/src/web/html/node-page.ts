import { formatAgo, formatMemory, formatTime } from '@nestwatch/common/quantities';
import { v1 } from '@nestwatch/proto';
import { fieldOf, wordOf } from '@nestwatch/proto/catalogue';
import { ancestors } from '../../analysis/references.ts';
import { count } from '../../analysis/text.ts';
import type { CanaryState } from '../../read/canary.ts';
import type { NodeDetail } from '../../read/node-detail.ts';
import type { Outside } from '../../read/outside.ts';
import type { Verdict } from '../../read/verdicts.ts';
import { pathOf, queryOf } from '../address/lab-address.ts';
import { benchmarkFigures } from '../charts/benchmark-charts.ts';
import { overTime } from '../charts/over-time.ts';
import { layerClass } from '../charts/strip.ts';
import { spanChooser } from '../overview/choosers.ts';
import { shownMetrics } from '../view/metrics.ts';
import type { LabView, NodeView } from '../view/view.ts';
import { alertList, chip, chipsOf, layerBadge } from './chips.ts';
import { exits } from './exits.ts';
import { guests } from './guests.ts';
import { type Html, html } from './html.ts';
import { knownIssues } from './known-issues.ts';
import type { LabPart } from './lab-page.ts';
import { document, type Fragments, plainTable, section } from './layout.ts';
import { metricCell, nodePath } from './machine-box.ts';
import { outsideTable } from './outside.ts';
import { sights } from './sights.ts';
import { spanNotes } from './span-notes.ts';

const { Level } = v1.Verdict;

/** All that a machine's own page shows. */
interface NodePart extends LabPart {
  readonly machine: NodeView;
  readonly detail: NodeDetail;
  readonly outside: Outside;
}

/** The parts of a machine's own page that change. */
export function nodeFragments({
  view,
  machine: node,
  detail,
  outside,
  address,
  problems,
  changes,
}: NodePart): Fragments {
  const own = view.alerts.filter((alert) => alert.node === node.node);
  return {
    head: head(view, node, detail),
    span: html`<div class="seen-how">${spanChooser(address)}</div>${spanNotes(view, problems)}`,
    alerts: alertList(own, view.nowUs),
    now: html`<dl class="metrics wide layer-${layerClass(node.layer)}">${shownMetrics.map((metric) => metricCell(view, node, metric))}</dl>`,
    time: overTime({ ...view, nodes: [node] }, address, changes),
    verdicts: verdicts(node),
    issues: knownIssues(detail),
    guests: guests(detail),
    outside: outsideTable(outside, node),
    charts: charts(view, node),
    exits: exits(detail.exits, view.nowUs),
    sights: sights(view, detail.standings),
    facts: facts(detail),
    probes: probes(detail),
  };
}

export function nodePage(part: NodePart): Html {
  const { view, machine: node, address } = part;
  const parts = nodeFragments(part);
  return document({
    title: `${node.name}, ${view.lab}`,
    lab: view.lab,
    labs: view.labs,
    ...(view.isLive && { events: `/events?${queryOf(address, { lab: view.lab, node: node.node })}` }),
    body: html`<p class="back"><a href="${pathOf({ ...address, node: undefined })}">← ${view.lab}</a></p>
${section('head', parts, { label: 'Machine' })}
${section('span', parts, { label: 'Span of time' })}
${section('alerts', parts, { label: 'Alerts', live: true })}
${section('now', parts, { heading: 'Now and over time' })}
${section('verdicts', parts, { heading: 'Verdicts and advice' })}
${section('issues', parts, { heading: 'Known issues', intro: 'Known problems of its kernel, and which of them are open here.' })}
${section('guests', parts, { heading: 'Guests', intro: 'Seen from outside, with or without an agent.' })}
${section('outside', parts, { heading: 'Limits', intro: 'CPU time and memory that its parent allows it, and that it allows its guests.' })}
${section('time', parts, { heading: 'Over time' })}
${section('charts', parts, { heading: 'Benchmarks', intro: 'This machine and the ones above it.' })}
${section('exits', parts, { heading: 'Why guests exit', intro: 'Exits of each guest by reason, from the last trace. An alert about exits or "nestwatch exits" starts a trace.' })}
${section('sights', parts, { heading: 'Smallest visible slowdowns', intro: 'Noise of one round, and the smallest slowdown that three rounds show in 95 of 100 cases.' })}
${section('facts', parts, { heading: 'Facts' })}
${section('probes', parts, { heading: 'Probes' })}`,
  });
}

function head(view: LabView, node: NodeView, { canary }: NodeDetail): Html {
  const { cpu_model: cpu, cpus, memory_bytes: memory, hypervisor, kernel, os, clocksource } = node.capability;
  const { exit_us: exitUs, exit_cycles: cycles, mitigations, microcode } = node.capability;
  const parent = view.nodes.find((other) => other.node === node.parent);
  const inside = view.nodes.filter((other) => other.parent === node.node);
  const link = (other: NodeView) => html`<a href="${nodePath(view.lab, other.node)}">${other.name}</a> `;
  const rows: [string, Html | string | number | undefined][] = [
    ['Runs on', parent === undefined ? node.parent : link(parent)],
    ['Runs', inside.length === 0 ? undefined : html`${inside.map(link)}`],
    ['CPU', cpu],
    ['CPUs', cpus],
    ['Memory', memory === undefined ? undefined : formatMemory(Number(memory))],
    ['Hypervisor underneath', hypervisor],
    ['Guests boot', canary === undefined ? undefined : canaryText(canary, view.nowUs)],
    ['Kernel', kernel],
    ['System', os],
    ['Clocksource', clocksource],
    ['An exit costs', exitText(exitUs, cycles)],
    ['Mitigations at exits', mitigations],
    ['Microcode', microcode],
    ['Last seen', formatAgo(node.lastSeenUs, view.nowUs)],
    ['Id', node.node],
  ];
  return html`<div class="machine alone layer-${layerClass(node.layer)}${node.silent && ' silent'}"><header>${layerBadge(node)}<h1>${node.name}</h1></header>
<p class="chips">${chipsOf(node, view.alerts)}</p>
<dl class="facts">${rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [html`<dt>${name}</dt><dd>${value}</dd>`]))}</dl></div>`;
}

function exitText(
  us: NodeView['capability'][string] | undefined,
  cycles: NodeView['capability'][string] | undefined,
): string | undefined {
  if (us === undefined) return undefined;
  const counted = cycles === undefined ? '' : ` (${Math.round(Number(cycles))} cycles)`;
  return `${formatTime(Number(us) / 1e6)}${counted}`;
}

/** "yes, tried 3 h ago", and why not. */
function canaryText({ boots, atUs, reason }: CanaryState, nowUs: number): string {
  const when = `tried ${formatAgo(atUs, nowUs)}`;
  return boots ? `yes, ${when}` : `no, ${when}: ${reason}`;
}

function verdicts({ verdicts: list }: NodeView): Html {
  if (list.length === 0) return html`<p class="empty">No capability message has arrived yet.</p>`;
  const passes = list.filter(({ level }) => level === Level.PASS);
  const others = list.filter(({ level }) => level !== Level.PASS);
  return html`${others.length > 0 && html`<ul class="verdicts">${others.map(verdict)}</ul>`}
${passes.length > 0 && html`<details class="more" id="passes"><summary>${count(passes.length, 'rule')} passed</summary><ul class="verdicts">${passes.map(verdict)}</ul></details>`}`;
}

const TONES: Readonly<Record<number, 'good' | 'warn' | 'bad'>> = {
  [Level.PASS]: 'good',
  [Level.WARN]: 'warn',
  [Level.FAIL]: 'bad',
};
const LEVEL = fieldOf('nestwatch_verdict', 'level');

function verdict({ rule, level, summary, advice }: Verdict): Html {
  return html`<li>${chip(TONES[level] ?? 'plain', wordOf(LEVEL, level))} <div><strong>${summary}</strong>${advice !== '' && html`<p>${advice}</p>`}<code>${rule}</code></div></li>`;
}

function charts(view: LabView, node: NodeView): Html {
  const own = new Set(node.benchmarks.map(({ benchmark }) => benchmark));
  const byId = new Map(view.nodes.map((each) => [each.node, each]));
  const line = [...ancestors(byId, node).reverse(), node].map((each) => ({
    ...each,
    benchmarks: each.benchmarks.filter(({ benchmark }) => own.has(benchmark)),
  }));
  return benchmarkFigures(line, 'No benchmark has run here yet.');
}

function facts({ facts: list }: NodeDetail): Html {
  if (list.length === 0) return html`<p class="empty">None reported.</p>`;
  const rows = list.map(
    ({ fact, value, reason, source }) =>
      html`<tr><th scope="row">${fact}</th><td>${value === '' ? html`<em>${reason}</em>` : value}</td><td>${source}</td></tr>`,
  );
  return html`<details class="more" id="all-facts"><summary>${count(list.length, 'fact')}, each with its source</summary>${plainTable(['Fact', 'Value', 'From'], rows)}</details>`;
}

function probes({ probes: list }: NodeDetail): Html {
  if (list.length === 0) return html`<p class="empty">None reported.</p>`;
  const rows = list.map(
    ({ probe, state, reason, durationUs }) =>
      html`<tr><th scope="row">${probe}</th><td>${state}</td><td>${formatTime(durationUs / 1e6)}</td><td>${reason}</td></tr>`,
  );
  return plainTable(['Probe', 'State', 'Takes', 'Why not'], rows);
}
