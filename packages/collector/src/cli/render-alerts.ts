import type { Paint } from '@nestwatch/common/cli/colour';
import type { AlertRow } from '../read/firing-alerts.ts';

const STYLES = ['dim', 'cyan', 'yellow', 'red'] as const;

/** One line for each alert that fires, its likeliest cause behind it. Empty when none does. */
export function renderFiring(alerts: readonly AlertRow[], paint: Paint): string {
  if (alerts.length === 0) return '';
  const lines = alerts.map(({ severity, title, cause }) => {
    const shown = paint(STYLES[severity] ?? 'dim', title);
    return `  ${shown}${cause === '' ? '' : `: ${cause}`}\n`;
  });
  return `\nalerts\n${lines.join('')}`;
}
