import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { GridPos, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { meaningOf } from '@nestwatch/proto/catalogue';
import type { Column } from '../catalogue.ts';
import type { PanelSpec } from '../spec.ts';
import { DATASOURCE } from '../target.ts';
import { compared } from './compared.ts';
import { lines } from './lines.ts';
import { states } from './states.ts';
import { log, table } from './table.ts';
import { columnsOf } from './targets.ts';
import { tiles } from './tiles.ts';

/** Builds the panel of a spec at its place. */
export function panel(
  dashboard: string,
  spec: PanelSpec,
  { id, ...gridPos }: GridPos & { id: number },
): Builder<Panel> {
  const columns = columnsOf(dashboard, spec);
  const builder = draw(spec, columns).id(id).title(spec.title).gridPos(gridPos);
  if (spec.kind !== 'words' && spec.always !== undefined) builder.timeFrom(spec.always);
  if (spec.kind === 'words') return builder;
  return builder.description(describe(spec.how, columns)).datasource(DATASOURCE);
}

function draw(spec: PanelSpec, columns: readonly Column[]) {
  switch (spec.kind) {
    case 'lines':
      return lines(spec, columns);
    case 'tiles':
      return tiles(columns);
    case 'table':
      return table(spec, columns);
    case 'compared':
      return compared(spec, columns);
    case 'log':
      return log(columns);
    case 'states':
      return states(spec, columns);
    case 'words':
      return new TextBuilder().mode(TextMode.Markdown).content(spec.markdown);
  }
}

/** How to read the panel, then what each field means and where it comes from, from the catalogue. */
function describe(how: string, columns: readonly Column[]): string {
  const fields = columns.map(({ field }) => `- **${field.name}**: ${meaningOf(field)}`);
  const sources = new Set(
    columns.map(({ measurement }) => `\`${measurement.name}\` (${measurement.source})`),
  );
  return [how, fields.join('\n'), `Source: ${[...sources].join(', ')}.`]
    .filter((part) => part !== '')
    .join('\n\n');
}
