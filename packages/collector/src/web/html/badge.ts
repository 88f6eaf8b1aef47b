import { layerText } from '../../read/lab-table.ts';
import type { NodeView } from '../view/view.ts';
import { type Html, html } from './html.ts';

/** The layer of a machine, as in the lab table; where it is not known, pointing at it says why. */
export function layerBadge({ layer, place }: Pick<NodeView, 'layer' | 'place'>): Html {
  const why = layer === undefined && place !== undefined && place.reason !== '' ? place.reason : undefined;
  return html`<span class="badge" title="${why ?? 'layer: 0 is the hypervisor on hardware'}">${layer === undefined ? layerText({ layer, place }) : `L${layer}`}</span>`;
}
