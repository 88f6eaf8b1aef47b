import { benchmarks } from '@nestwatch/agent/benchmarks/index';
import { DEFAULT_BENCHMARKS } from '@nestwatch/agent/benchmarks/names';
import { code, markdownTable } from './markdown.ts';

const INTRO = `<!-- Made by "npm run docs" from the benchmarks' own words. -->
# Benchmarks

What \`nestwatch-agent bench --list\` prints. Sizes are those of \`small\`, the default, and of \`full\`. [Benchmarks](../use/benchmarks.md) says how to
run them.
`;

/** docs/reference/benchmarks.md. */
export function benchmarksDocument(): string {
  const rows = benchmarks.map(({ name, meaning }) => [
    code(name),
    DEFAULT_BENCHMARKS.some((each) => each === name) ? 'yes' : 'where `benchmarks.run` names it',
    meaning,
  ]);
  return `${INTRO}\n${markdownTable(['name', 'runs', 'what it does'], rows)}`;
}
