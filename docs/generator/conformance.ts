import { readFileSync } from 'node:fs';
import type { Limit, Tally } from '../../test/conformance/comparison.ts';
import { LIMITS } from '../../test/conformance/limits.ts';
import { MEASURED } from '../../test/conformance/measured.ts';
import { ORACLES } from '../../test/conformance/oracles.ts';
import { code, markdownTable } from './markdown.ts';

const INTRO = `## Conformance

\`npm run conformance\` downloads the sources of these projects from Debian, verified by apt, and holds our parsers against the
answers that they expect of their own test data. It ends with exit code 1 when anything differs that is not in the table of
limits, or when a limit explains nothing any more. \`--only libvirt\` asks one of them, \`--json\` prints JSON, \`--save\` keeps
the figures for this page. \`.ci/run\` runs it, and skips what the mirror does not have.
`;

const LIMITS_INTRO = `Where they and we differ, and why that is no fault of ours:
`;

/** What `npm run conformance` measured, and what limits each oracle has. */
export function conformanceSection(): string {
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
