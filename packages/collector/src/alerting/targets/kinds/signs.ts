import type { News } from '../news.ts';

/** What one sees before one reads: red, yellow, blue, and a tick when it is over. */
const SIGNS = { critical: '\u{1F534}', warning: '\u{1F7E1}', info: '\u{1F535}' } as const;
const OVER = '\u2705';

export function signOf({ state, severity }: Pick<News, 'state' | 'severity'>): string {
  return state === 'resolved' ? OVER : SIGNS[severity];
}
