import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardSpec } from './spec.ts';
import { TITLES, uidOf } from './titles.ts';

/** Does not take over which nodes are chosen: what shows one machine would show the mean of all of them. */
const ONE_NODE = 'Node';

/**
 * Buttons to the other dashboards, which keep the lab, the nodes and the time range. The address of each is written out,
 * since links by tag take all variables along, or none.
 */
export function links({ title }: DashboardSpec): DashboardLinkBuilder[] {
  return TITLES.filter((other) => other !== title).map((other) => {
    const chooses = other === ONE_NODE;
    return new DashboardLinkBuilder(other)
      .type(DashboardLinkType.Link)
      .url(`/d/${uidOf({ title: other })}${chooses ? '?${datasource:queryparam}&${lab:queryparam}' : ''}`)
      .includeVars(!chooses)
      .keepTime(true)
      .icon('dashboard')
      .tooltip(chooses ? 'One machine of the same lab, at the same time' : 'The same lab, nodes and time');
  });
}
