import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Column } from '../catalogue.ts';
import { CRITICAL, GOOD, WARN } from '../colours.ts';
import { perGroup } from '../influxql.ts';
import type { Compared } from '../spec.ts';
import { target } from '../target.ts';
import { propertiesOf } from './style.ts';

/** What the two sides are called in their columns, the older or other one last. */
const NAMES = { earlier: ['now', 'earlier'], 'other lab': ['this lab', 'other lab'] } as const;

/** Less is no change, and more worth a look; as `nestwatch compare` and its example of what fails a pipeline. */
const STEPS = [
  { value: null, color: GOOD },
  { value: 1.1, color: WARN },
  { value: 1.3, color: CRITICAL },
];

/** Draws a `compared` spec: the medians of both sides, joined by their tags, and the one divided by the other. */
export function compared(spec: Compared, columns: readonly Column[]): PanelBuilder {
  const [only, ...others] = columns;
  if (only === undefined || others.length > 0) throw new Error('what is compared is one field');
  const { measurement, field } = only;
  const [here, there] = NAMES[spec.with];
  const query = (called: string, instead?: Compared['with']) =>
    perGroup({ measurement, fields: [field], aggregate: 'median', split: spec.split, called, instead });
  const panel = new PanelBuilder()
    .filterable(true)
    .withTarget(target({ refId: 'A', query: query(here), resultFormat: 'table' }))
    .withTarget(target({ refId: 'B', query: query(there, spec.with), resultFormat: 'table' }))
    .withTransformation({
      id: 'filterFieldsByName',
      filter: { id: 'byRefId', options: '/^(?:A|B)$/' },
      options: { exclude: { names: ['Time'] } },
    })
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'calculateField',
      options: {
        mode: 'binary',
        binary: { left: here, operator: '/', right: there },
        alias: 'times',
        replaceFields: false,
      },
    })
    .withTransformation({ id: 'organize', options: { renameByName: { name: 'machine' } } });
  for (const name of [here, there]) panel.overrideByName(name, propertiesOf(field));
  return panel
    .overrideByName('times', [
      { id: 'unit', value: 'suffix: x' },
      { id: 'thresholds', value: { mode: 'absolute', steps: STEPS } },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ])
    .sortBy([new TableSortByFieldStateBuilder().displayName('times').desc(true)]);
}
