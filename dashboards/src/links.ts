import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';

export const TAG = 'nestwatch';

/** Buttons to the other dashboards, which keep the lab, the node and the time range. */
export function links() {
  return [
    new DashboardLinkBuilder('nestwatch')
      .type(DashboardLinkType.Dashboards)
      .tags([TAG])
      .asDropdown(false)
      .includeVars(true)
      .keepTime(true)
      .icon('external link')
      .tooltip('The other dashboards, for the same lab, node and time'),
  ];
}
