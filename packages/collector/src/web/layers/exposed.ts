import { catalogue, type Field, type Measurement, meaningOf } from '@nestwatch/proto/catalogue';

/** A field of the catalogue as Prometheus has it: a gauge, named and counted in base units. */
export interface Exposed {
  readonly name: string;
  readonly help: string;
  /** The measurement's field. */
  readonly field: string;
  /** What a stored value is divided by. */
  readonly divisor: number;
}

/** A measurement of which there is one point for each node at a time, and its fields that are numbers. */
export interface ExposedMeasurement {
  readonly measurement: string;
  readonly fields: readonly Exposed[];
}

/** In Prometheus all times are seconds, and the unit ends the name. */
const IN_SECONDS: Readonly<Record<string, { suffix: RegExp; divisor: number }>> = {
  microseconds: { suffix: /_us$/, divisor: 1e6 },
  milliseconds: { suffix: /_ms$/, divisor: 1e3 },
};
/** Ends of names that mean a counter, or a part of a histogram. */
const RESERVED = /_(count|sum|bucket|total|info)$/;

/**
 * What the samples of nodes say, by node alone: what stands by disk, guest or pid would be as many series as a guest likes.
 */
export const exposedMeasurements: readonly ExposedMeasurement[] = catalogue
  .filter(({ from = '', tags = [] }) => from.startsWith('sample.') && tags.length === 0)
  .map((measurement) => ({
    measurement: measurement.name,
    fields: measurement.fields
      .filter(({ kind }) => kind !== 'text')
      .map((field) => exposed(measurement, field)),
  }));

function exposed({ name: measurement }: Measurement, field: Field): Exposed {
  const seconds = IN_SECONDS[field.unit];
  const stem = seconds === undefined ? field.name : field.name.replace(seconds.suffix, '');
  const unit = seconds === undefined ? '' : '_seconds';
  const name = `${measurement}_${stem.replace(RESERVED, '')}${unit}`;
  return { name, help: meaningOf(field), field: field.name, divisor: seconds?.divisor ?? 1 };
}
