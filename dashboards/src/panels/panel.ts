import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { meaningOf } from '@nestwatch/proto/catalogue';
import type { PanelSpec } from '../spec.ts';
import { DATASOURCE } from '../target.ts';
import { lines } from './lines.ts';
import { states } from './states.ts';
import { log, table } from './table.ts';
import { columnsOf } from './targets.ts';
import { tiles } from './tiles.ts';
import { words } from './words.ts';

/** Where a panel stands. */
export interface Place {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Builds the panel of a spec at its place. */
export function panel(dashboard: string, spec: PanelSpec, { id, ...gridPos }: Place): Builder<Panel> {
  const builder = draw(dashboard, spec).id(id).title(spec.title).gridPos(gridPos);
  if (spec.kind === 'words') return builder;
  return builder.description(describe(dashboard, spec)).datasource(DATASOURCE);
}

function draw(dashboard: string, spec: PanelSpec) {
  switch (spec.kind) {
    case 'lines':
      return lines(dashboard, spec);
    case 'tiles':
      return tiles(dashboard, spec);
    case 'table':
      return table(dashboard, spec);
    case 'log':
      return log(dashboard, spec);
    case 'states':
      return states(dashboard, spec);
    case 'words':
      return words(spec);
  }
}

/** How to read the panel, then what each field means and where it comes from, from the catalogue. */
function describe(dashboard: string, spec: Exclude<PanelSpec, { kind: 'words' }>): string {
  const columns = columnsOf(dashboard, spec);
  const fields = columns.map(({ field }) => `- **${field.name}**: ${meaningOf(field)}`);
  const sources = [
    ...new Set(columns.map(({ measurement }) => `\`${measurement.name}\` (${measurement.source})`)),
  ];
  return [spec.how, fields.join('\n'), `Source: ${sources.join(', ')}.`]
    .filter((part) => part !== '')
    .join('\n\n');
}
