import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, type Program, runProgram } from '@nestwatch/common/cli/program';
import { programLog } from '@nestwatch/common/cli/program-log';
import { logSettings } from '@nestwatch/common/config/connection';
import { readBaseline, writeBaseline } from './report/baseline.ts';
import { check } from './report/check.ts';
import { updateDocument } from './report/document.ts';
import { describeMachine } from './report/machine.ts';
import { renderText } from './report/text.ts';
import { runSections } from './run-sections.ts';
import { chooseSections, sections } from './sections/index.ts';

const dist = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const top = resolve(dist, '..');

const program: Program<typeof logSettings> = {
  name: 'nestwatch-bench',
  meaning: 'measures every budget of the design, as ratios with their spread',
  schema: logSettings,
  defaultFile: '',
  defaultCommand: 'run',
  commands: {
    run: {
      meaning: 'run the named sections, or all of them',
      usage: '[SECTION …]',
      options: {
        check: true,
        'update-baseline': true,
        json: true,
        quick: true,
        long: true,
        keep: true,
        list: true,
      },
      optionMeanings: {
        check: 'compare with bench/baseline.json; exit code 1 when a ratio is worse than its spread allows',
        'update-baseline': 'write what was measured to bench/baseline.json',
        json: 'print JSON instead of a table, and leave docs/evidence/performance.md as it is',
        quick: 'fewer and shorter repetitions',
        long: 'also the sections that take minutes',
        keep: 'keep the data, logs and profiles of the run, and say where',
        list: 'show the sections and stop',
      },
      async run({ config, words, options, stdout, stderr, env, signal }) {
        if (options['list']) {
          for (const { name, meaning } of sections) stdout.write(`${name.padEnd(14)} ${meaning}\n`);
          return EXIT.ok;
        }
        const chosen = chooseSections(words, options['long'] === true);
        const dir = mkdtempSync(join(tmpdir(), 'nestwatch-bench-'));
        const quick = options['quick'] === true;
        try {
          const results = await runSections(chosen, {
            dist,
            dir,
            quick,
            keep: options['keep'] === true,
            signal,
            log: programLog(config, stderr, env),
          });
          const date = new Date().toISOString().slice(0, 10);
          const measured = { machine: describeMachine(), date, quick, results };
          if (options['json']) stdout.write(`${JSON.stringify(measured, undefined, 2)}\n`);
          else stdout.write(renderText(measured));
          if (!options['json'] && !quick && !signal.aborted) {
            updateDocument(join(top, 'docs/evidence/performance.md'), measured);
          }
          const baselineFile = join(top, 'bench/baseline.json');
          if (options['update-baseline']) writeBaseline(baselineFile, measured);
          if (!options['check']) return EXIT.ok;
          const worse = check(readBaseline(baselineFile), results);
          for (const line of worse) stderr.write(`worse than the baseline: ${line}\n`);
          return worse.length === 0 ? EXIT.ok : EXIT.failed;
        } finally {
          if (options['keep']) stderr.write(`kept: ${dir}\n`);
          else rmSync(dir, { recursive: true, force: true });
        }
      },
    },
  },
};

const args = process.argv.slice(2);
// The words are sections: with a single command there is none to name.
process.exitCode = await runProgram(program, args[0] === 'run' ? args : ['run', ...args], process);
