import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type Program, runProgram } from '@nestwatch/common/cli/program';
import { logSettings } from '@nestwatch/common/config/connection';
import { UsageError } from '@nestwatch/common/errors';
import { withTable } from '../../../bench/report/document.ts';
import { describeMachine } from '../../../bench/report/machine.ts';
import { top } from '../../../deploy/local/top.ts';
import { parseRun } from './parse-run.ts';

const VITEST = join(top, 'node_modules/vitest/vitest.mjs');
const TEST = ['run', '--project', 'system', 'test/faults/fault-run.system.test.ts'];

const program: Program<typeof logSettings> = {
  name: 'npm run faults --',
  meaning: 'fault runs with the given seeds, and their table in docs/evidence/faults.md',
  schema: logSettings,
  defaultFile: '',
  defaultCommand: 'run',
  commands: {
    run: {
      meaning: 'run them one after the other; exit code 1 where one does not pass',
      usage: 'SEED…',
      options: { seconds: false },
      optionMeanings: { seconds: 'how long each run makes faults at least (default 25)' },
      async run({ words, options, stdout }) {
        const seconds = Number(options['seconds'] ?? 25);
        const seeds = words.map(Number);
        if (seeds.length === 0 || ![seconds, ...seeds].every((each) => Number.isInteger(each) && each > 0)) {
          throw new UsageError('give seeds, such as: npm run faults -- 1 2 3 --seconds 60');
        }
        const rows: string[] = [];
        let passed = true;
        for (const seed of seeds) {
          const { row, isGood } = runSeed(seed, seconds);
          stdout.write(`${row}\n`);
          rows.push(row);
          passed &&= isGood;
        }
        const table = [
          '| seed | messages | faults | kinds | in InfluxDB once |',
          '| ---: | ---: | ---: | ---: | --- |',
          ...rows,
        ];
        const file = join(top, 'docs/evidence/faults.md');
        const measured = { machine: describeMachine(), date: new Date().toISOString().slice(0, 10) };
        writeFileSync(file, withTable(readFileSync(file, 'utf8'), 'faults', table.join('\n'), measured));
        return passed ? EXIT.ok : EXIT.failed;
      },
    },
  },
};

function runSeed(seed: number, seconds: number): { row: string; isGood: boolean } {
  const env = {
    ...process.env,
    NESTWATCH_FAULTS_SEED: String(seed),
    NESTWATCH_FAULTS_SECONDS: String(seconds),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [VITEST, ...TEST], {
    cwd: top,
    encoding: 'utf8',
    env,
  });
  const run = parseRun(`${stdout}\n${stderr}`);
  const isGood = status === 0 && run !== undefined;
  const outcome = isGood ? 'all' : 'did not pass';
  const cells = [seed, run?.messages ?? '', run?.faults ?? '', run?.kinds ?? '', outcome];
  return { row: `| ${cells.join(' | ')} |`, isGood };
}

const args = process.argv.slice(2);
process.exitCode = await runProgram(program, args[0] === 'run' ? args : ['run', ...args], process);
