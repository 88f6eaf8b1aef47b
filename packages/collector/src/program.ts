import type { Program } from '@nestwatch/common/cli/program';
import { programLog } from '@nestwatch/common/cli/program-log';
import { standardError } from '@nestwatch/common/cli/standard-error';
import { collectorSchema } from './config/schema.ts';
import { runCollector } from './run.ts';

export const program: Program<typeof collectorSchema> = {
  name: 'nestwatch-collector',
  meaning: 'receives reports of agents in labs of nested guests, and writes them to InfluxDB',
  schema: collectorSchema,
  defaultFile: '/etc/nestwatch/collector.yaml',
  commands: {
    run: {
      meaning: 'receive reports until stopped',
      async run({ config, signal, env }) {
        await runCollector(config, programLog(config, standardError(process), env), signal);
        return 0;
      },
    },
  },
};
