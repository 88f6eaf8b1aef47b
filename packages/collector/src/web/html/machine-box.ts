import { formatAgo, formatDuration } from '@nestwatch/common/quantities';
import { isUrgent, type Verdict } from '../../read/verdicts.ts';
import { sparkline } from '../charts/sparkline.ts';
import { amplificationMetric, ladderMetrics, type ShownMetric, showMetric } from '../view/metrics.ts';
import type { LabView, NodeView } from '../view/view.ts';
import { chipsOf, layerBadge } from './chips.ts';
import { type Html, html } from './html.ts';
import { usualRange } from './usual-range.ts';

/** What a machine is, its quantities and what to do about it. @param isTold whether its advice is shown here */
export function machineBox(view: LabView, node: NodeView, isTold: IsTold = () => true): Html {
  const metrics = [...ladderMetrics, ...(node.amplification === undefined ? [] : [amplificationMetric])];
  return html`<article aria-labelledby="name-${node.node}">
<header>${layerBadge(node)}
<h3 id="name-${node.node}"><a href="${nodePath(view.lab, node.node)}">${node.name}</a></h3>
<span class="what">${describe(node)}</span>
<span class="seen">${formatAgo(node.lastSeenUs, view.nowUs)}</span></header>
<p class="chips">${chipsOf(node, view.alerts)}</p>
${adviceOf(node, isTold)}
<dl class="metrics">${metrics.map((metric) => metricCell(view, node, metric))}</dl>
</article>`;
}

/** Whether a verdict is shown beside its machine, and not once for several. */
export type IsTold = (verdict: Verdict) => boolean;

/** One quantity: its name, its newest value and the last hour. */
export function metricCell(
  { nowUs, fromUs }: Pick<LabView, 'nowUs' | 'fromUs'>,
  node: NodeView,
  metric: ShownMetric,
): Html {
  const found = node.metrics[metric.key];
  if (found === undefined) {
    return html`<div class="metric none"><dt title="${metric.meaning}">${metric.title}</dt><dd>not measured</dd></div>`;
  }
  const now = showMetric(metric, found.last);
  const highest = Math.max(...found.points.map(({ value }) => value));
  const description = `${metric.title}, ${metric.meaning}, over the last ${formatDuration((nowUs - fromUs) / 1e6)}: now ${now}, highest ${showMetric(metric, highest)}`;
  return html`<div class="metric"><dt title="${metric.meaning}">${metric.title}</dt><dd>${now}</dd><dd class="drawn">${sparkline(found, description, { fromUs, nowUs })}</dd>${metric === amplificationMetric && usualRange(node)}</div>`;
}

export function nodePath(lab: string, node: string): string {
  return `/lab/${encodeURIComponent(lab)}/node/${encodeURIComponent(node)}`;
}

/** "2 CPUs, 4 GiB, kvm guest, kernel 6.1". */
export function describe({ capability, layer }: NodeView): string {
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

function adviceOf({ node, verdicts }: NodeView, isTold: IsTold): Html | false {
  const urgent = verdicts.filter((verdict) => isUrgent(verdict) && isTold(verdict)).slice(0, 3);
  if (urgent.length === 0) return false;
  return html`<ul class="advice">${urgent.map(({ rule, summary, advice }) =>
    advice === ''
      ? html`<li>${rule}: ${summary}</li>`
      : html`<li><details id="advice-${node}-${rule}"><summary>${rule}: ${summary}</summary><p>${advice}</p></details></li>`,
  )}</ul>`;
}
