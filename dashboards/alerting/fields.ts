import { catalogue } from '@nestwatch/proto/catalogue';
import type { AlertRule } from './alert-rule.ts';

/**
 * A field's name, when the catalogue has it.
 * @throws when it does not: a rule on a field that nobody writes would never fire
 */
export function checked(measurement: string, field: string): string {
  const found = catalogue
    .find((each) => each.name === measurement)
    ?.fields.some((each) => each.name === field);
  if (!found) throw new Error(`the catalogue has no field ${field} of ${measurement}`);
  return field;
}

export const capability = checked('nestwatch_capability', 'can_host');

/** The rule, when Grafana takes its uid. */
export function clean(rule: AlertRule): AlertRule {
  if (!/^[a-zA-Z0-9_-]{1,40}$/.test(rule.uid)) throw new Error(`${rule.uid} cannot be a uid`);
  return rule;
}
