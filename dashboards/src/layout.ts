import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { panel } from './panels/panel.ts';
import type { Item, PanelSpec, Row } from './spec.ts';

const GRID_COLUMNS = 24;

/**
 * Puts the items from left to right and top to bottom. What is in a folded row asks for nothing until somebody opens it.
 */
export function layout(builder: DashboardBuilder, title: string, items: readonly Item[]): void {
  let [x, y, rowHeight, id] = [0, 0, 0, 1];
  let folded: { readonly row: RowBuilder; readonly endsAt: number } | undefined;
  let heading: Row | undefined;
  const newLine = () => {
    y += rowHeight;
    [x, rowHeight] = [0, 0];
  };
  const endRow = () => {
    if (folded === undefined) return;
    builder.withRow(folded.row);
    // While it is folded, what follows stands right below it.
    y = folded.endsAt;
    folded = undefined;
  };
  for (const item of items) {
    if ('row' in item) {
      newLine();
      endRow();
      heading = item;
      const row = new RowBuilder(item.row).id(id++).gridPos({ x: 0, y, w: GRID_COLUMNS, h: 1 });
      if (item.forEach !== undefined) row.repeat(item.forEach);
      y += 1;
      if (item.folded === true) folded = { row: row.collapsed(true), endsAt: y };
      else builder.withRow(row);
      continue;
    }
    const [w, h] = item.size ?? [12, 9];
    if (x + w > GRID_COLUMNS) newLine();
    const built = panel(title, within(heading, item), { id: id++, x, y, w, h });
    if (folded === undefined) builder.withPanel(built);
    else folded.row.withPanel(built);
    x += w;
    rowHeight = Math.max(rowHeight, h);
  }
  endRow();
}

/** A panel as it stands in its row: in a repeated one, of the row's value alone. */
function within(row: Row | undefined, spec: PanelSpec): PanelSpec {
  if (row?.forEach === undefined || !('how' in spec)) return spec;
  const where = { ...('where' in spec ? spec.where : {}), [row.forEach]: new RegExp(`^$${row.forEach}$`) };
  return { ...spec, where } as PanelSpec;
}
