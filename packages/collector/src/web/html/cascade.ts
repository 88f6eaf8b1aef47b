import { formatAgo } from '@nestwatch/common/quantities';
import { isUrgent } from '../../read/verdicts.ts';
import { sparkline } from '../charts/sparkline.ts';
import { layerClass } from '../charts/strip.ts';
import { ladderMetrics, type ShownMetric, showMetric } from '../view/metrics.ts';
import type { LabView, NodeView } from '../view/view.ts';
import { chipsOf, layerBadge } from './chips.ts';
import { type Html, html } from './html.ts';

/** The machines of a lab as boxes in boxes: each holds the guests that it runs. */
export function cascade(view: LabView): Html {
  if (view.nodes.length === 0) return html`<p class="empty">Nothing has reported as lab ${view.lab} yet.</p>`;
  const known = new Set(view.nodes.map(({ node }) => node));
  const roots = view.nodes.filter(
    ({ node, parent }) => parent === undefined || parent === node || !known.has(parent),
  );
  return html`<ol class="cascade">${roots.map((root) => machine(view, root, new Set()))}</ol>`;
}

function machine(view: LabView, node: NodeView, above: ReadonlySet<string>): Html | undefined {
  // A loop in what machines say about their parents must not hang the page.
  if (above.has(node.node)) return undefined;
  const within = new Set(above).add(node.node);
  const guests = view.nodes.filter(({ parent, node: id }) => parent === node.node && id !== node.node);
  const boxes = guests.map((guest) => machine(view, guest, within));
  return html`<li class="machine layer-${layerClass(node.layer)}${node.silent && ' silent'}">
<article aria-labelledby="name-${node.node}">
<header>${layerBadge(node)}
<h3 id="name-${node.node}"><a href="${nodePath(view.lab, node.node)}">${node.name}</a></h3>
<span class="what">${describe(node)}</span>
<span class="seen">${formatAgo(node.lastSeenUs, view.nowUs)}</span></header>
<p class="chips">${chipsOf(node, view.alerts)}</p>
${adviceOf(node)}
<dl class="metrics">${ladderMetrics.map((metric) => metricCell(node, metric, view.nowUs))}</dl>
</article>
${boxes.length > 0 && html`<ol>${boxes.map((guest) => guest ?? '')}</ol>`}
</li>`;
}

/** One quantity: its name, its newest value and the last hour. */
export function metricCell(node: NodeView, metric: ShownMetric, nowUs: number): Html {
  const found = node.metrics[metric.key];
  if (found === undefined) {
    return html`<div class="metric none"><dt title="${metric.meaning}">${metric.title}</dt><dd>not measured</dd></div>`;
  }
  const now = showMetric(metric, found.last);
  const highest = Math.max(...found.points.map(({ value }) => value));
  const description = `${metric.title}, ${metric.meaning}, over the last hour: now ${now}, highest ${showMetric(metric, highest)}`;
  return html`<div class="metric"><dt title="${metric.meaning}">${metric.title}</dt><dd>${now}</dd>${sparkline(found, description, nowUs)}</div>`;
}

export function nodePath(lab: string, node: string): string {
  return `/lab/${encodeURIComponent(lab)}/node/${encodeURIComponent(node)}`;
}

/** "2 CPUs, 4 GiB, kvm guest, kernel 6.1". */
function describe({ capability, layer }: NodeView): string {
  const { cpus, hypervisor, kernel } = capability;
  const bare = layer === 0 && 'on hardware';
  return [
    cpus !== undefined && `${cpus} CPU${cpus === 1 ? '' : 's'}`,
    hypervisor === undefined || hypervisor === '' ? bare : `under ${hypervisor}`,
    kernel !== undefined && `Linux ${kernel}`,
  ]
    .filter((part) => part !== false)
    .join(' · ');
}

function adviceOf({ node, verdicts }: NodeView): Html | false {
  const urgent = verdicts.filter(isUrgent).slice(0, 3);
  if (urgent.length === 0) return false;
  return html`<ul class="advice">${urgent.map(({ rule, summary, advice }) =>
    advice === ''
      ? html`<li>${rule}: ${summary}</li>`
      : html`<li><details id="advice-${node}-${rule}"><summary>${rule}: ${summary}</summary><p>${advice}</p></details></li>`,
  )}</ul>`;
}
