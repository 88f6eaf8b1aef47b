import { commonTagsOf } from '@nestwatch/collector/influx/points/common-tags';
import { type AgentMessage, decodeMessage } from '@nestwatch/collector/ingest/decode';
import { camelCase, catalogue, type Measurement } from '@nestwatch/proto';
import { type FieldValue, line, tagPart } from '../../packages/collector/src/influx/points/line.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * The lines of a sample as versions up to 0.1 stored them: every digit, every `resets`, and a point for each probe that it
 * has an outcome of.
 */
export function exactLines(subject: string, bytes: Uint8Array): string[] {
  const message = decodeMessage(subject, bytes);
  return catalogue.flatMap((measurement) => {
    const [kind, ...path] = measurement.from?.split('.') ?? [];
    if (kind !== message.kind) return [];
    return partsAt(message.body, path).flatMap((part) => lineOf(measurement, part, message));
  });
}

function lineOf({ name, tags = [], fields }: Measurement, part: Part, { header }: AgentMessage): string[] {
  const own = tags.map((tag) => tagPart(tag, String(part[camelCase(tag)] ?? ''))).join('');
  const values = fields.flatMap((field): [string, FieldValue][] => {
    const value = part[camelCase(field.name)];
    if (typeof value === 'boolean') return [[field.name, value ? 1 : 0]];
    return typeof value === 'number' || (typeof value === 'string' && value !== '')
      ? [[field.name, value]]
      : [];
  });
  const text = line(name + commonTagsOf(header) + own, values, header.wallUs);
  return text === undefined ? [] : [text];
}

/** What is at a path, all of it where the path crosses lists. */
function partsAt(part: Part, [key, ...path]: readonly string[]): Part[] {
  if (key === undefined) return [part];
  const below = [part[key] ?? []].flat() as Part[];
  return below.flatMap((each) => partsAt(each, path));
}
