import { resolve } from 'node:path';
import { type Program, runProgram } from '@nestwatch/common/cli/program';
import { top } from '../local/top.ts';
import { writePage } from './page/write-page.ts';
import { runObserve } from './run.ts';
import { type ObserveSchema, observeSchema } from './settings.ts';

const program: Program<ObserveSchema> = {
  name: 'npm run observe --',
  meaning: 'what each kernel costs each layer of nested guests, as counts of exits at every layer above',
  schema: observeSchema,
  defaultFile: resolve(top, 'observe.yaml'),
  defaultCommand: 'run',
  commands: {
    run: {
      meaning: 'boot a cascade for each kernel that was not observed yet, count, and show the table',
      options: { kernel: 'many', json: true },
      optionMeanings: {
        kernel:
          'one kernel for all layers, or guest0=6.1,guest1=7.3 for single ones; again for further sets; by default every series that the mirror has',
        json: 'print JSON (run as "npm run --silent observe -- --json")',
      },
      run: runObserve,
    },
    page: {
      meaning:
        'write docs/evidence/observatory.md, its pictures and what is usual for exit amplification out of the results',
      run: writePage,
    },
  },
};

process.exitCode = await runProgram(program, process.argv.slice(2), process);
