/** How grave an alert is, the lightest first. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The severity that nestwatch_alert stores as 1, 2 or 3; undefined for any other number. */
export function severityFrom(stored: unknown): Severity | undefined {
  return SEVERITIES[Number(stored) - 1];
}

/** The number under which nestwatch_alert stores a severity. */
export function severityNumber(severity: Severity): number {
  return SEVERITIES.indexOf(severity) + 1;
}

/** Whether a severity is as grave as another or more severe. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

export function graver(a: Severity, b: Severity): Severity {
  return isAtLeast(a, b) ? a : b;
}
