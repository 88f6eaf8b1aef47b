import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { EXIT, type Program, runProgram } from '@nestwatch/common/cli/program';
import { renderTable } from '@nestwatch/common/cli/table';
import { logSettings } from '@nestwatch/common/config/connection';
import { UsageError } from '@nestwatch/common/errors';
import { makeRunFolder, removeFolder } from '@nestwatch/testkit/run/sweep';
import { noRootBecause } from '../../deploy/test/debian-bootstrap.ts';
import { runPlatform } from './platform.ts';
import { RELEASES } from './releases.ts';
import { STEPS, type StepResult } from './steps.ts';

const top = resolve(import.meta.dirname, '..');
const steps = Object.entries(STEPS).map(([name, { meaning }]) => `${name} (${meaning})`);

const program: Program<typeof logSettings> = {
  name: 'npm run test:platforms --',
  meaning: 'the current commit on fresh Debian roots, with nothing but what the distribution has',
  schema: logSettings,
  defaultFile: '',
  defaultCommand: 'run',
  commands: {
    run: {
      meaning: 'make the roots, run the steps in each, and show what came of them',
      options: { only: false, run: false },
      optionMeanings: {
        only: `releases, with commas between them: ${Object.keys(RELEASES).join(', ')}; by default all`,
        run: `steps, with commas between them: ${steps.join(', ')}; by default start,test,lab`,
      },
      async run({ options, stdout, stderr, env, signal }) {
        const reason = noRootBecause();
        if (reason !== undefined) throw new UsageError(reason);
        const numbers = chosen('only', options['only'], Object.keys(RELEASES), Object.keys(RELEASES));
        const wanted = chosen('run', options['run'], Object.keys(STEPS), ['start', 'test', 'lab']);
        const work = makeRunFolder(tmpdir());
        const logs = resolve(top, '.nestwatch/platforms');
        const say = (line: string) => void stderr.write(`${line}\n`);
        const results: StepResult[] = [];
        try {
          for (const number of numbers)
            results.push(...(await runPlatform(number, wanted, { top, work, logs, env, signal, say })));
        } finally {
          removeFolder(work);
          if (results.length > 0) stdout.write(`\n${tableOf(results)}`);
        }
        return results.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
      },
    },
  },
};

function chosen(flag: string, given: unknown, allowed: readonly string[], usual: string[]): string[] {
  if (typeof given !== 'string') return usual;
  const words = given.split(',').map((word) => word.trim());
  const unknown = words.filter((word) => !allowed.includes(word));
  if (unknown.length > 0)
    throw new UsageError(`flag --${flag}: ${unknown.join(', ')}: give ${allowed.join(', ')}`);
  return words;
}

function tableOf(results: readonly StepResult[]): string {
  return renderTable<StepResult>(
    [
      { title: 'PLATFORM', value: ({ platform }) => platform },
      { title: 'STEP', value: ({ step }) => step },
      { title: 'RESULT', value: ({ ok }) => (ok ? 'ok' : 'FAILED') },
      { title: 'TIME', value: ({ seconds }) => `${seconds} s`, align: 'right' },
      { title: 'TESTS', value: ({ counts }) => counts ?? '' },
    ],
    results,
  );
}

process.exitCode = await runProgram(program, process.argv.slice(2), process);
