import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Tab } from './chromium.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds against WCAG 2.2 A and AA, and its best practices, in a page: "rule: element". */
export async function barriers(tab: Tab): Promise<string[]> {
  // DevTools may run what the page's policy forbids to the page itself.
  await tab.evaluate(`${source}; undefined`);
  return tab.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => id + ': ' + html.slice(0, 200))))`);
}
