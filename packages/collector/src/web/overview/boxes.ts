import { layerClass } from '../charts/strip.ts';
import { type Html, html } from '../html/html.ts';
import { type IsTold, machineBox } from '../html/machine-box.ts';
import type { LabView } from '../view/view.ts';
import type { Forest, Machine } from './forest.ts';

/** The machines of a small lab as boxes in boxes: each holds the guests that it runs. */
export function boxes(view: LabView, { roots }: Forest, isTold: IsTold): Html {
  return html`<ol class="cascade">${roots.map((root) => box(view, root, isTold))}</ol>`;
}

function box(view: LabView, { node, guests }: Machine, isTold: IsTold): Html {
  return html`<li class="machine layer-${layerClass(node.layer)}${node.silent && ' silent'}">
${machineBox(view, node, isTold)}
${guests.length > 0 && html`<ol>${guests.map((guest) => box(view, guest, isTold))}</ol>`}
</li>`;
}
