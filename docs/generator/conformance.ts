import { readFileSync } from 'node:fs';
import type { Limit, Tally } from '../../test/conformance/comparison.ts';
import { LIMITS } from '../../test/conformance/limits.ts';
import { MEASURED } from '../../test/conformance/measured.ts';
import { ORACLES } from '../../test/conformance/oracles.ts';
import { code, markdownTable } from './markdown.ts';

const INTRO = `<!-- Made by "npm run docs" from what "npm run conformance -- --save" measured. -->
# Conformance

\`npm run conformance\` downloads the sources of these projects from Debian, verified by apt. It runs nestwatch's parsers on their test
data and compares the answers with those that each project expects. Exit code 1: something differs that the table of limits does not
explain, or a limit explains nothing any more. \`--only libvirt\` asks one project, \`--json\` prints JSON, \`--save\` keeps the figures
for this page.
`;

const LIMITS_INTRO = `## Limits

Where nestwatch answers otherwise, and why that is right:
`;

/** docs/evidence/conformance.md: what \`npm run conformance\` measured, and the limits of each oracle. */
export function conformanceDocument(): string {
  const oracles = markdownTable(
    ['oracle', 'of Debian', 'what is compared'],
    ORACLES.map(({ name, meaning, source }) => [code(name), `${source.package}, ${source.suite}`, meaning]),
  );
  const figures = markdownTable(
    ['oracle', 'field', 'right', 'of', 'limits'],
    readMeasured().map((each) => [
      code(each.oracle),
      each.field,
      String(each.right),
      String(each.total),
      each.limited === 0 ? '' : String(each.limited),
    ]),
  );
  const limits = markdownTable(
    ['oracle', 'field', 'cases', 'why'],
    LIMITS.map((limit) => [code(limit.oracle), limit.field, casesOf(limit), limit.reason]),
  );
  return [INTRO, oracles, figures, LIMITS_INTRO, limits].join('\n');
}

const readMeasured = () => JSON.parse(readFileSync(MEASURED, 'utf8')) as readonly Tally[];

const casesOf = ({ cases }: Limit) => (cases === undefined ? 'all' : code(cases.source));
