import type { Field, Unit } from '@nestwatch/proto/catalogue';

/** Grafana's id for each unit of the catalogue. */
export const GRAFANA_UNITS: Record<Unit, string> = {
  none: 'none',
  ratio: 'percentunit',
  bytes: 'bytes',
  'bytes/s': 'binBps',
  seconds: 's',
  milliseconds: 'ms',
  microseconds: 'µs',
  'per second': 'cps',
  count: 'short',
  boolean: 'bool_yes_no',
  text: 'string',
};

const SUFFIX = /_(ratio|bytes|us|ms|seconds|per_second|bytes_per_second|per_s)$/;

/** What a legend or a column calls a field: its name without the unit, which the axis shows. */
export function label(field: Field): string {
  return field.name.replace(SUFFIX, '').replaceAll('_', ' ');
}
