import { type Html, html } from '../html/html.ts';
import { listedShort } from '../html/listed.ts';
import type { LabView } from '../view/view.ts';
import type { Forest } from './forest.ts';

/** What is missing in what is shown, a sentence each; nothing where all is there. */
export function missing(view: LabView, forest: Forest): Html | false {
  const sentences = [...sentencesOf(view, forest)];
  return (
    sentences.length > 0 && html`<ul class="missing">${sentences.map((each) => html`<li>${each}</li>`)}</ul>`
  );
}

export function* sentencesOf({ nodes }: Pick<LabView, 'nodes'>, { inCircles }: Forest): Generator<string> {
  const known = new Set(nodes.map(({ node }) => node));
  const orphans = nodes.filter(({ parent }) => parent !== undefined && !known.has(parent));
  const unplaced = nodes.filter(({ layer }) => layer === undefined);
  if (!nodes.some(({ layer }) => layer === 0)) {
    yield 'Layer 0 is missing: the hypervisor on hardware does not report.';
  }
  if (orphans.length > 0) {
    yield `${listedShort(orphans.map(({ name }) => name))} ${orphans.length === 1 ? 'runs' : 'run'} on a machine that does not report.`;
  }
  if (unplaced.length > 0) {
    yield `Unknown layer: ${listedShort(unplaced.map(({ name }) => name))}.`;
  }
  if (inCircles.length > 0) {
    yield `${listedShort(inCircles)} claim to run each other in a circle; each is shown once.`;
  }
}
