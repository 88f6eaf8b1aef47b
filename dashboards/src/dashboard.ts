import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { panelsOfDashboard } from './catalogue.ts';
import { panel } from './panels/panel.ts';
import { columnsOf } from './panels/targets.ts';
import { type DashboardSpec, type Item, lines } from './spec.ts';
import { variables } from './variables.ts';

const GRID_COLUMNS = 24;

const TAG = 'nestwatch';

export const uidOf = ({ title }: DashboardSpec) => `${TAG}-${title.toLowerCase()}`;

/** Builds a dashboard, laid out from left to right and top to bottom. */
export function dashboard(spec: DashboardSpec): Dashboard {
  const builder = new DashboardBuilder(`nestwatch / ${spec.title}`)
    .uid(uidOf(spec))
    .description(spec.description)
    .tags([TAG])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: `now-${spec.range}`, to: 'now' })
    .refresh(spec.refresh)
    .variables(variables(spec))
    .annotations(annotations())
    .links([linkToOthers()])
    .editable();
  let [x, y, rowHeight] = [0, 0, 0];
  let id = 1;
  const newLine = () => {
    y += rowHeight;
    [x, rowHeight] = [0, 0];
  };
  for (const item of itemsOf(spec)) {
    if ('row' in item) {
      newLine();
      builder.withRow(new RowBuilder(item.row).id(id++).gridPos({ x: 0, y, w: GRID_COLUMNS, h: 1 }));
      y += 1;
      continue;
    }
    const [w, h] = item.size ?? [12, 9];
    if (x + w > GRID_COLUMNS) newLine();
    builder.withPanel(panel(spec.title, item, { id: id++, x, y, w, h }));
    x += w;
    rowHeight = Math.max(rowHeight, h);
  }
  return builder.build();
}

/** Buttons to the other dashboards, which keep the lab, the node and the time range. */
function linkToOthers(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('nestwatch')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(false)
    .includeVars(true)
    .keepTime(true)
    .icon('external link')
    .tooltip('The other dashboards, for the same lab, node and time');
}

/**
 * The spec's items without those for which this catalogue has nothing, and with a plain panel for every panel that
 * the catalogue names and the spec does not: what is measured is shown, wherever it was added.
 */
export function itemsOf(spec: DashboardSpec): Item[] {
  const items = spec.items.filter(
    (item) => 'row' in item || item.kind === 'words' || columnsOf(spec.title, item).length > 0,
  );
  const titles = new Set(items.map((item) => ('row' in item ? undefined : item.title)));
  const others = panelsOfDashboard(spec.title)
    .filter((title) => !titles.has(title))
    .map((title) => lines(title, { how: '' }));
  const all = others.length === 0 ? items : [...items, { row: 'More' }, ...others];
  // A heading stands above panels.
  return all.filter((item, index) => !('row' in item && 'row' in (all[index + 1] ?? item)));
}
