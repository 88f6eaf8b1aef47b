import { groupBy } from '@nestwatch/common/group-by';
import { trusted } from '../../analysis/detect/trust.ts';
import { streamName } from '../../analysis/judged-lab.ts';
import { sightText, trustText } from '../../analysis/report/detection-text.ts';
import type { Sight } from '../../analysis/report/report.ts';
import { streamKey } from '../../read/result.ts';
import type { StoredStanding } from '../../read/slowdowns.ts';
import type { LabView } from '../view/view.ts';
import { type Html, html } from './html.ts';
import { plainTable } from './layout.ts';

/** What slowdown each stream of a machine would show, and with which comparison. */
export function sights(view: LabView, standings: readonly StoredStanding[]): Html {
  const named = (node: string) => view.nodes.find((each) => each.node === node)?.name ?? node;
  const rows = [...groupBy(standings, streamKey).values()].flatMap((alike) => {
    const [first] = alike;
    const [self, parent] = ['self', 'parent'].map((against) => sightOf(alike, against));
    if (first === undefined || (self ?? parent) === undefined) return [];
    const trust = trusted(self?.noise, parent?.noise);
    const why = trust === 'self' ? ': noise adds in the comparison' : '';
    return html`<tr><th scope="row">${streamName(first, named)}</th><td>${sightText(self)}</td><td>${sightText(parent)}</td><td>${trustText(trust)}${why}</td></tr>`;
  });
  if (rows.length === 0) return html`<p class="empty">Too few measurements.</p>`;
  return plainTable(['Benchmark', 'Against its own past', 'Against the parent', 'Trust'], rows);
}

function sightOf(alike: readonly StoredStanding[], against: string): Sight | undefined {
  const { spread, minimumDetectable } = alike.find((each) => each.against === against) ?? {};
  if (spread === undefined || minimumDetectable === undefined) return undefined;
  return { noise: spread - 1, minimumDetectable };
}
