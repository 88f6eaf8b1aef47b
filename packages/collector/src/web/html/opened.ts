import { type LabAddress, pathOf } from '../address/lab-address.ts';
import { layerClass } from '../charts/strip.ts';
import type { LabView } from '../view/view.ts';
import { type Html, html } from './html.ts';
import { machineBox, nodePath } from './machine-box.ts';

/** The box of the machine that the address opens, with the way to its own page; empty where none is open. */
export function opened(view: LabView, address: LabAddress): Html {
  if (address.open === undefined) return html``;
  const close = html`<a class="close" href="${pathOf(address, { open: undefined })}" data-view data-close>Close</a>`;
  const node = view.nodes.find((each) => each.node === address.open);
  if (node === undefined) {
    return html`<div class="machine opened">${close}<p class="empty">There is no machine ${address.open} in this time.</p></div>`;
  }
  const parent = view.nodes.find((each) => each.node === node.parent);
  const above =
    parent === undefined
      ? node.parent
      : html`<a href="${nodePath(view.lab, parent.node)}">${parent.name}</a>`;
  return html`<div class="machine opened layer-${layerClass(node.layer)}${node.silent && ' silent'}">${close}
${machineBox(view, node)}
<p class="more-of-it">${above !== undefined && html`Runs on ${above}. `}<a href="${nodePath(view.lab, node.node)}">All about ${node.name} →</a></p></div>`;
}
