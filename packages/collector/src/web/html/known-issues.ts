import type { NodeDetail } from '../../read/node-detail.ts';
import { chip } from './chips.ts';
import { type Html, html } from './html.ts';

/** How issues of one fact are shown. */
const GROUPS = [
  { fact: 'known_issues.open', word: 'open', tone: 'warn' },
  { fact: 'known_issues.unclear', word: 'its version does not show it', tone: 'plain' },
  { fact: 'known_issues.closed_off', word: 'in its kernel, but out of reach', tone: 'good' },
] as const;

/** The known issues of a machine's kernel and programs, the open ones first. */
export function knownIssues({ facts }: Pick<NodeDetail, 'facts'>): Html {
  const list = factIn(facts, 'known_issues.list');
  if (list === '') return html`<p class="empty">Not checked: this agent has no list of known issues.</p>`;
  const items = GROUPS.flatMap(({ fact, word, tone }) =>
    factIn(facts, fact)
      .split(' ')
      .filter((entry) => entry !== '')
      .map((entry) => {
        const [id = '', what = ''] = entry.split('=');
        const isEscape = tone === 'warn' && what === 'escape';
        return html`<li>${chip(isEscape ? 'bad' : tone, what)} <div><strong>${id}</strong><p>${word}</p></div></li>`;
      }),
  );
  const problem = factIn(facts, 'known_issues.problem');
  return html`${problem !== '' && html`<p class="empty">${problem}</p>`}${items.length > 0 ? html`<ul class="verdicts">${items}</ul>` : html`<p class="empty">None is open here.</p>`}<p class="empty">List: ${list}. docs/reference/known-issues.md describes each issue and its fixes.</p>`;
}

function factIn(facts: NodeDetail['facts'], name: string): string {
  return facts.find(({ fact }) => fact === name)?.value ?? '';
}
