import type { LabAddress } from '../address/lab-address.ts';
import { isOwnAdvice } from '../html/advice.ts';
import { type Html, html } from '../html/html.ts';
import { figureOf } from '../view/figures.ts';
import type { LabView } from '../view/view.ts';
import { alikeReader } from './alike.ts';
import { boxes } from './boxes.ts';
import { figureChooser } from './choosers.ts';
import { forestOf } from './forest.ts';
import { missing } from './missing.ts';
import { modeOf } from './mode.ts';
import { tiles } from './tiles.ts';

/** The machines of a lab, each within the one that runs it, as much of each as there is room for. */
export function overview(view: LabView, address: LabAddress): Html {
  if (view.nodes.length === 0)
    return html`<p class="empty">No machine of lab ${view.lab} reported in this time.</p>`;
  const shown = figureOf(address.show);
  const forest = forestOf(view, shown);
  const mode = modeOf(view);
  const drawn =
    mode === 'boxes'
      ? boxes(view, forest, isOwnAdvice(view))
      : tiles(forest, {
          address,
          shown,
          isLine: mode === 'lines',
          fold: alikeReader(view.nodes.length),
          view,
        });
  return html`<div class="changed-head"><h2>The cascade</h2>${mode !== 'boxes' && figureChooser(address)}</div>${missing(view, forest)}${drawn}`;
}
