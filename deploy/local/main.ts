import { resolve } from 'node:path';
import { type Program, runProgram } from '@nestwatch/common/cli/program';
import { type StartSchema, startSchema } from './settings.ts';
import { runStart } from './start.ts';
import { top } from './top.ts';

const program: Program<StartSchema> = {
  name: 'nestwatch-start',
  meaning: 'this machine as one layer of a lab: NATS, InfluxDB, collector and agent, all on loopback',
  schema: startSchema,
  defaultFile: resolve(top, 'nestwatch.yaml'),
  defaultCommand: 'start',
  drawsScreen: true,
  commands: {
    start: {
      meaning: 'start everything and show the lab until Ctrl-C',
      options: { once: true, json: true },
      optionMeanings: {
        once: 'exit when one report of each kind can be queried; exit code 1 if that takes more than two minutes',
        json: 'with --once: print JSON instead of the table (run as "npm start --silent -- --once --json")',
      },
      run: runStart,
    },
  },
};

process.exitCode = await runProgram(program, process.argv.slice(2), process);
