import { COMMON_TAGS, catalogue, type Measurement, meaningOf } from '@nestwatch/proto/catalogue';
import { code, markdownTable } from './markdown.ts';

const INTRO = `<!-- Made by "npm run docs" from the metric catalogue, proto/src/catalogue. -->
# Metrics

Everything that nestwatch stores in InfluxDB. Every point of a node has the tags ${COMMON_TAGS.map(code).join(', ')}. Tags and time come
from the message alone, so writing a message twice changes nothing. \`layer\` is \`unknown\` until the node has learnt its layer position.
\`parent\` is \`none\` at the root. Values are floats, except texts; flags are 0 and 1. A value whose source is missing is left out and never
stored as 0: \`nestwatch_probe\` says why.

Figures of samples have five significant digits; whole numbers below 262,144, sequence numbers, totals and all else are exact. How a probe went is
stored when that changes, else every 150 s: a table over five minutes has all probes.
`;

/** docs/reference/metrics.md: one section for each measurement. */
export function metricsDocument(): string {
  return [INTRO, ...catalogue.map(section)].join('\n');
}

function section({ name, meaning, source, of, tags = [], fields }: Measurement): string {
  const own =
    tags.length === 0
      ? ''
      : `${of === undefined ? 'Further tags' : 'Its only tags'}: ${tags.map(code).join(', ')}.\n\n`;
  const rows = fields.map((field) => [
    code(field.name),
    field.unit,
    field.kind,
    meaningOf(field),
    field.panel ?? '',
  ]);
  const table = markdownTable(['field', 'unit', 'kind', 'meaning', 'panel'], rows);
  return `## ${name}\n\n${meaning}\n\nSource: ${source}.\n\n${own}${table}`;
}
