import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, type Program, runProgram } from '@nestwatch/common/cli/program';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { MissingPackages } from '../../deploy/debian/missing.ts';
import { top } from '../../deploy/local/top.ts';
import type { Outcome, Tally } from './comparison.ts';
import { askOracle } from './conformance.ts';
import { MEASURED } from './measured.ts';
import { ORACLES, type Oracle } from './oracles.ts';
import { renderOutcome } from './render.ts';

const names = ORACLES.map(({ name }) => name).join(', ');

const program: Program<Record<string, never>> = {
  name: 'npm run conformance --',
  meaning: "our parsers on other projects' test data, beside the answers that these projects expect",
  schema: {},
  defaultFile: resolve(top, 'conformance.yaml'),
  defaultCommand: 'compare',
  commands: {
    compare: {
      meaning: 'right of total by field; exit 1 when anything differs that limits.ts does not explain',
      options: { json: true, only: false, save: true },
      optionMeanings: {
        json: 'print JSON (run as "npm run --silent conformance -- --json")',
        only: `only this oracle: ${names}`,
        save: 'keep the figures for docs/evidence/conformance.md; then run "npm run docs"',
      },
      async run({ options, signal, stdout, stderr }) {
        const note = (text: string) => void stderr.write(`${text}\n`);
        const outcomes: Outcome[] = [];
        for (const oracle of wanted(options['only'])) {
          try {
            outcomes.push(await askOracle(oracle, { note, signal }));
          } catch (error) {
            if (!(error instanceof MissingPackages)) throw error;
            note(`skipped: ${messageOf(error)}`);
          }
        }
        const all = together(outcomes);
        if (options['save']) save(all.tallies);
        stdout.write(options['json'] ? `${JSON.stringify(all, jsonValue, 2)}\n` : renderOutcome(all));
        return all.differences.length + all.idle.length === 0 ? EXIT.ok : EXIT.failed;
      },
    },
  },
};

function wanted(only: string | true | undefined): readonly Oracle[] {
  if (typeof only !== 'string') return ORACLES;
  const found = ORACLES.filter(({ name }) => name === only);
  if (found.length === 0) throw new UsageError(`there is no oracle ${only}; known: ${names}`);
  return found;
}

function together(outcomes: readonly Outcome[]): Outcome {
  return {
    tallies: outcomes.flatMap(({ tallies }) => tallies),
    differences: outcomes.flatMap(({ differences }) => differences),
    idle: outcomes.flatMap(({ idle }) => idle),
  };
}

/** Figures of oracles that were not asked stay. */
function save(tallies: Outcome['tallies']): void {
  const asked = new Set(tallies.map(({ oracle }) => oracle));
  const before: Tally[] = existsSync(MEASURED) ? JSON.parse(readFileSync(MEASURED, 'utf8')) : [];
  const kept = [...before.filter(({ oracle }) => !asked.has(oracle)), ...tallies];
  const inOrder = ORACLES.flatMap(({ name }) => kept.filter(({ oracle }) => oracle === name));
  // As the formatter of this project has it: a line each, with spaces.
  const lines = inOrder.map((each) => `  ${JSON.stringify(each, null, 1).replaceAll(/\n\s*/g, ' ')}`);
  writeFileSync(MEASURED, `[\n${lines.join(',\n')}\n]\n`);
}

/** Patterns of limits as text. */
const jsonValue = (_: string, value: unknown) => (value instanceof RegExp ? value.source : value);

process.exitCode = await runProgram(program, process.argv.slice(2), process);
