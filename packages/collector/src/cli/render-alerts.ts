import type { Paint } from '@nestwatch/common/cli/colour';
import type { FiringAlert } from '../read/alerts.ts';

export const SEVERITY_STYLES = { critical: 'red', warning: 'yellow', info: 'cyan' } as const;

/** One line for each alert that fires, its likeliest cause behind it. Empty when none does. */
export function renderFiring(alerts: readonly FiringAlert[], paint: Paint): string {
  if (alerts.length === 0) return '';
  const lines = alerts.map(({ severity, title, cause }) => {
    const shown = paint(SEVERITY_STYLES[severity], title);
    return `  ${shown}${cause === '' ? '' : `: ${cause}`}\n`;
  });
  return `\nalerts\n${lines.join('')}`;
}
