import {
  type DynamicConfigValue,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Field } from '@nestwatch/proto/catalogue';
import type { Column } from '../catalogue.ts';
import { CRITICAL, GOOD, LAYER_COLOURS, NEUTRAL, WARN } from '../colours.ts';
import { GRAFANA_UNITS } from '../units.ts';

/** Series are called "L2 guest2 ...": this gives each layer its colour, and its nodes shades of it. */
export function layerColours() {
  return LAYER_COLOURS.map((colour, layer) => ({
    matcher: { id: 'byRegexp', options: `/^L${layer} /` },
    properties: [{ id: 'color', value: { mode: 'shades', fixedColor: colour } }],
  }));
}

/** Green, then the catalogue's two bands. Undefined where the catalogue gives none. */
export function bandsOf(columns: readonly Column[]): ThresholdsConfigBuilder | undefined {
  const bands = columns.find(({ field }) => field.bands !== undefined)?.field.bands;
  return bands && steps(stepsOf(bands));
}

function stepsOf({ warn, critical }: NonNullable<Field['bands']>) {
  return [
    { value: null, color: GOOD },
    { value: warn, color: WARN },
    { value: critical, color: CRITICAL },
  ];
}

export function steps(list: { value: number | null; color: string }[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(list);
}

/**
 * Words and colours for flags, and words for enumerations.
 * @param none the number that is shown as 0, in grey
 */
export function mappingsOf(field: Field, none?: number): ValueMapping[] {
  if (field.kind === 'flag') {
    // A flag with bands is one that nobody wants to see set.
    const bad = field.bands !== undefined;
    return [
      mapping({
        1: { text: 'yes', color: bad ? CRITICAL : GOOD, index: 0 },
        0: { text: 'no', color: bad ? NEUTRAL : WARN, index: 1 },
      }),
    ];
  }
  if (field.words === undefined) return [];
  const words = Object.entries(field.words).map(([value, text], index) =>
    Number(value) === none ? ['0', { text, index, color: NEUTRAL }] : [value, { text, index }],
  );
  return [mapping(Object.fromEntries(words))];
}

/** What makes one column of a table or a tile look as its field wants. */
export function propertiesOf(
  field: Field,
  unit = GRAFANA_UNITS[field.unit],
  none?: number,
): DynamicConfigValue[] {
  const mappings = mappingsOf(field, none);
  const properties: DynamicConfigValue[] = [{ id: 'unit', value: unit }];
  if (mappings.length > 0) properties.push({ id: 'mappings', value: mappings });
  if (field.bands !== undefined && field.kind !== 'flag') {
    properties.push({ id: 'thresholds', value: { mode: 'absolute', steps: stepsOf(field.bands) } });
  }
  return properties;
}

/** Whether a cell of this field says something by its colour. */
export function isColoured(field: Field): boolean {
  return field.bands !== undefined || field.kind === 'flag';
}

function mapping(options: Record<string, { text: string; color?: string; index: number }>): ValueMapping {
  return { type: MappingType.ValueToText, options };
}
