import { resolve } from 'node:path';
import { type Program, runProgram } from '@nestwatch/common/cli/program';
import { top } from '../local/top.ts';
import { breakLayer, costOfAgent, healLayer, mendLayer, slowLayer } from './orders.ts';
import { recordLayer } from './record.ts';
import { restartLayer } from './restart.ts';
import { runLab } from './run.ts';
import { type LabSchema, labSchema } from './settings.ts';

const program: Program<LabSchema> = {
  name: 'npm run lab --',
  meaning: 'a cascade of real nested KVM guests, guest0 to guest3, with the agent in every layer',
  schema: labSchema,
  defaultFile: resolve(top, 'lab.yaml'),
  defaultCommand: 'run',
  drawsScreen: true,
  commands: {
    run: {
      meaning: 'boot the layers, show their table, and keep it live until Ctrl-C',
      options: { once: true, json: true, cold: true },
      optionMeanings: {
        once: 'exit after the table; exit code 1 and the console if a layer does not come up in time',
        json: 'with --once: print JSON (run as "npm run --silent lab -- --once --json")',
        cold: 'boot from the image: neither go on with a saved state of such a lab, nor save one',
      },
      run: runLab,
    },
    slow: { meaning: 'make a layer of the running lab slower', usage: 'guestN=KIND', run: slowLayer },
    heal: { meaning: 'make it as fast as before', usage: 'guestN', run: healLayer },
    restart: {
      meaning: 'stop a layer with everything in it, and start it again, with another --kernel',
      usage: 'guestN',
      run: restartLayer,
    },
    break: {
      meaning: 'break KVM of a layer: it opens but runs no new guest',
      usage: 'guestN',
      run: breakLayer,
    },
    mend: { meaning: 'let KVM of that layer run guests again', usage: 'guestN', run: mendLayer },
    record: {
      meaning: 'copy the files that the agent reads in a layer to a folder, for a report of a wrong verdict',
      usage: 'guestN FOLDER',
      run: recordLayer,
    },
    cost: {
      meaning:
        'measure the cost of the agent in a layer, alternating with and without it; give the --interval of the lab',
      usage: 'guestN [PAIRS]',
      options: { json: true },
      optionMeanings: { json: 'print JSON' },
      run: costOfAgent,
    },
  },
};

process.exitCode = await runProgram(program, process.argv.slice(2), process);
