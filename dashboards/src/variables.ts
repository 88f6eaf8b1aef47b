import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { measurement } from './catalogue.ts';
import { tagValues } from './influxql.ts';
import type { DashboardSpec } from './spec.ts';
import { DATASOURCE } from './target.ts';

/** The datasource, the lab, and the nodes by name; what the board asks for beside them. */
export function variables({ oneNode, compares, byLayer }: DashboardSpec) {
  // Every message writes one such point, so it knows every lab and every node.
  const report = measurement('nestwatch_report');
  const node = queryVariable('node', 'Node', tagValues(report, 'name', '"lab" =~ /^$lab$/'));
  return [
    new DatasourceVariableBuilder('datasource')
      .label('Data source')
      .type('influxdb')
      .multi(false)
      .includeAll(false),
    queryVariable('lab', 'Lab', tagValues(report, 'lab')),
    oneNode === true ? node : any(node),
    ...(byLayer === true
      ? [any(queryVariable('layer', 'Layer', tagValues(report, 'layer', '"lab" =~ /^$lab$/')))]
      : []),
    ...(compares === true
      ? [
          new TextBoxVariableBuilder('shift').label('Earlier by').defaultValue('7d'),
          queryVariable('other_lab', 'Other lab', tagValues(report, 'lab')),
        ]
      : []),
  ];
}

/** One, several, or all, which is what a board begins with. */
function any(variable: QueryVariableBuilder): QueryVariableBuilder {
  return (
    variable
      .multi(true)
      .includeAll(true)
      // Thousands of names in every query would be slower than one pattern.
      .allValue('.*')
      .current({ text: 'All', value: '$__all', selected: true })
  );
}

function queryVariable(name: string, label: string, query: string): QueryVariableBuilder {
  return (
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(DATASOURCE)
      // As a text: Grafana 10 and 11.0 do not understand an object here.
      .query(query)
      .definition(query)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
  );
}
