import { PermanentError } from '@nestwatch/common/errors';
import { groupBy } from '@nestwatch/common/group-by';
import { camelCase, catalogue, type Kind, type Measurement, report } from '@nestwatch/proto';
import { type FieldValue, LONGEST_TAG, line, quoted, tagPart } from './line.ts';
import type { LineBuffer } from './line-buffer.ts';

/** A decoded message or part of one, read by field name. */
export type Decoded = Readonly<Record<string, unknown>>;

/** Adds the lines that a message, or a part of one, gives of one measurement. */
export type Encoder = (message: Decoded, commonTags: Uint8Array, time: Uint8Array, lines: LineBuffer) => void;

/** Turns decoded messages into line protocol, as the catalogue says: one encoder for each measurement, by kind. */
const encoders = groupBy(
  catalogue.flatMap((measurement) => {
    const [kind, ...path] = measurement.from?.split('.') ?? [];
    return kind === undefined ? [] : [{ kind, encode: compile(measurement, path) }];
  }),
  ({ kind }) => kind,
);

/**
 * Adds the lines of one decoded message.
 * @param commonTags escaped tags of the node, from `commonTagsOf`
 * @param time where the points stand, µs since 1970, as digits
 */
export function encodeMessage(
  kind: Kind,
  message: Decoded,
  commonTags: Uint8Array,
  time: Uint8Array,
  lines: LineBuffer,
): void {
  for (const { encode } of encoders.get(kind) ?? []) encode(message, commonTags, time, lines);
}

/** One line of a measurement that the collector computes. Fields that are undefined are left out. */
export function encodeComputed(
  measurement: Measurement,
  commonTags: string,
  tags: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, FieldValue | undefined>>,
  timeUs: number,
): string | undefined {
  const extra = (measurement.tags ?? []).map((tag) => tagPart(tag, tags[tag] ?? '')).join('');
  const pairs = Object.entries(fields).filter((pair): pair is [string, FieldValue] => pair[1] !== undefined);
  for (const [name] of pairs) {
    if (!measurement.fields.some((field) => field.name === name))
      throw new Error(`${measurement.name} has no field ${name} in the catalogue`);
  }
  return line(measurement.name + commonTags + extra, pairs, timeUs);
}

/** @param path where the measurement's parts are in the message; the message itself by default */
export function compile(measurement: Measurement, path: readonly string[] = []): Encoder {
  const tags = (measurement.tags ?? []).map((tag) => ({ tag, key: camelCase(tag) }));
  const isFrequent = measurement === report || measurement.from?.startsWith('sample.') === true;
  const fields = measurement.fields.map(({ name, kind, aboveZero }) => ({
    start: Buffer.from(`${name}=`),
    key: camelCase(name),
    // What comes with each sample fills the disk. What is counted from some start on stays exact all the same.
    rounded: isFrequent && kind !== 'total',
    aboveZero: aboveZero === true,
  }));
  const name = Buffer.from(measurement.name);

  const encodePart: Encoder = (part, commonTags, time, lines) => {
    let own = '';
    for (const { tag, key } of tags) own += tagPart(tag, checkedTag(tag, String(part[key] ?? '')));
    lines.startLine(name, commonTags, own);
    for (const field of fields) addField(lines, field, part[field.key]);
    lines.endLine(time);
  };

  return (message, commonTags, time, lines) =>
    forEachAt(message, path, 0, (part) => encodePart(part, commonTags, time, lines));
}

/** @throws PermanentError when it would be cut: then two series could become one */
function checkedTag(tag: string, value: string): string {
  if (value.length > LONGEST_TAG)
    throw new PermanentError(`tag ${tag} is ${value.length} characters, allowed are ${LONGEST_TAG}`);
  return value;
}

/** Visits the message at a path below `part`; all of them where the path crosses repeated fields. */
function forEachAt(part: Decoded, path: readonly string[], depth: number, visit: (part: Decoded) => void) {
  const key = path[depth];
  if (key === undefined) {
    visit(part);
    return;
  }
  const value = part[key];
  if (value === null || value === undefined) return;
  const below = (Array.isArray(value) ? value : [value]) as readonly Decoded[];
  for (const each of below) forEachAt(each, path, depth + 1, visit);
}

interface FieldToWrite {
  /** Its name with its equals sign. */
  readonly start: Uint8Array;
  readonly rounded: boolean;
  readonly aboveZero: boolean;
}

/** Flags become 0 and 1; an empty text says nothing and is not stored; a list of texts becomes one. */
function addField(lines: LineBuffer, field: FieldToWrite, value: unknown): void {
  if (typeof value === 'number') addNumber(lines, field, value);
  else if (typeof value === 'boolean') lines.addNumber(field.start, value ? 1 : 0);
  else {
    const text = Array.isArray(value) ? value.join('; ') : value;
    if (typeof text === 'string' && text !== '') lines.addText(field.start, quoted(text));
  }
}

function addNumber(lines: LineBuffer, { start, rounded, aboveZero }: FieldToWrite, value: number): void {
  if (!Number.isFinite(value) || (aboveZero && value <= 0)) return;
  if (rounded) lines.addRounded(start, value);
  else lines.addNumber(start, value);
}
