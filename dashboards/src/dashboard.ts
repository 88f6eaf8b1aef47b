import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { panelsOfDashboard } from './catalogue.ts';
import { layout } from './layout.ts';
import { links } from './links.ts';
import { columnsOf } from './panels/targets.ts';
import { type DashboardSpec, type Item, lines } from './spec.ts';
import { uidOf } from './titles.ts';
import { variables } from './variables.ts';

const TAG = 'nestwatch';

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
    .links(links(spec))
    .editable();
  layout(builder, spec.title, itemsOf(spec));
  return withoutPlacement(builder.build());
}

/**
 * The SDK asks for links and annotations in a menu of their own, which some versions of Grafana do not have, and then
 * show them nowhere.
 */
function withoutPlacement(built: Dashboard): Dashboard {
  for (const each of [...(built.links ?? []), ...(built.annotations?.list ?? [])]) delete each.placement;
  return built;
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
