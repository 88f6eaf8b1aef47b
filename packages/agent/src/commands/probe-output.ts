import type { Paint } from '@nestwatch/common/cli/colour';
import { renderTable } from '@nestwatch/common/cli/table';
import { type ProbeOutcomeShape, v1 } from '@nestwatch/proto';
import { camelCase, catalogue, type Field, type Measurement } from '@nestwatch/proto/catalogue';
import type { Probe } from '../probes/probe.ts';
import type { SampleBody } from '../probes/runner.ts';
import { formatValue } from './format-value.ts';

const { Status } = v1.ProbeOutcome;

/** What became of one probe. */
export interface ProbeReading {
  probe: Probe;
  outcome: ProbeOutcomeShape;
  /** Its message, undefined when it found nothing. */
  value: object | undefined;
}

export function probeReadings(probes: readonly Probe[], sample: SampleBody): ProbeReading[] {
  return probes.flatMap((probe) => {
    const outcome = sample.probes?.find((each) => each?.probe === probe.name);
    return outcome == null ? [] : [{ probe, outcome, value: sample[probe.field] ?? undefined }];
  });
}

/** An object by probe name: status, reason, durationUs, and value with the names of the messages' fields. */
export function probesAsJson(readings: readonly ProbeReading[]): string {
  const all = readings.map(({ probe, outcome, value }) => [
    probe.name,
    { status: statusName(outcome), reason: outcome.reason, durationUs: outcome.durationUs, value },
  ]);
  return `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`;
}

/** A paragraph for each probe: its values with their meaning, or why there are none. */
export function probesAsText(readings: readonly ProbeReading[], paint: Paint): string {
  return readings.map((reading) => paragraph(reading, paint)).join('\n');
}

function paragraph({ probe, outcome, value }: ProbeReading, paint: Paint): string {
  const tookMs = ((outcome.durationUs ?? 0) / 1000).toFixed(1);
  const title = `${paint('bold', probe.name)}: ${probe.meaning} (${tookMs} ms)`;
  if (value === undefined) return `${title}\n  ${paint('yellow', statusName(outcome))}: ${outcome.reason}\n`;
  const rows = catalogue.flatMap((measurement) => rowsOf(measurement, probe.field, value));
  const table = renderTable(
    [
      { title: 'field', value: ({ name }) => `  ${name}` },
      { title: 'value', value: ({ text }) => text, align: 'right' },
      { title: 'meaning', value: ({ meaning }) => meaning },
    ],
    rows,
  );
  return `${title}\n${table.slice(table.indexOf('\n') + 1)}`;
}

/** Rows of one measurement that comes from the field, with its tags before the names. */
function rowsOf(measurement: Measurement, field: string, value: object) {
  const [kind, top, ...path] = measurement.from?.split('.') ?? [];
  if (kind !== 'sample' || top !== field) return [];
  const found = path.reduce<unknown>((within, name) => (within as Record<string, unknown>)?.[name], value);
  const messages = (Array.isArray(found) ? found : [found]) as (Record<string, unknown> | undefined)[];
  return messages.flatMap((message) => {
    if (message === undefined) return [];
    const tags = (measurement.tags ?? []).map((tag) => `${message[camelCase(tag)]} `).join('');
    return measurement.fields.flatMap((each) => rowOf(each, tags, message[camelCase(each.name)]));
  });
}

function rowOf(field: Field, tags: string, value: unknown) {
  if (value === undefined || value === null || value === '') return [];
  return [{ name: tags + field.name, text: formatValue(field, value), meaning: field.meaning }];
}

function statusName({ status }: ProbeOutcomeShape): string {
  return (Status[status ?? 0] ?? 'unknown').toLowerCase().replaceAll('_', ' ');
}
