import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolderFor } from '../../deploy/local/processes.ts';
import type { Peer } from './peer.ts';

const VARIABLE = 'NESTWATCH_BENCH_TELEGRAF';
const INPUTS = [
  ...['cpu', 'mem', 'disk', 'diskio', 'net', 'kernel'],
  ...['processes', 'system', 'swap', 'interrupts'],
];

/** A Telegraf with the inputs that read what our probes read, publishing to the same NATS. No distribution has it. */
export function telegraf(natsUrl: string): Peer {
  return {
    id: 'telegraf',
    what: 'Telegraf over NATS',
    async start({ processes, dir, intervalMs }) {
      const binary = process.env[VARIABLE];
      if (!binary) return { absent: `${VARIABLE}=/path/to/telegraf` };
      const config = makeFolderFor(join(dir, 'telegraf.conf'));
      writeFileSync(
        config,
        [
          `[agent]\n  interval = "${intervalMs}ms"\n  flush_interval = "${intervalMs}ms"`,
          ...INPUTS.map((input) => `[[inputs.${input}]]`),
          `[[outputs.nats]]\n  servers = ["${natsUrl}"]\n  subject = "telegraf"\n  data_format = "influx"`,
          '',
        ].join('\n'),
      );
      const child = processes.start('telegraf', binary, ['--config', config]);
      return { pids: () => [child.pid ?? 0] };
    },
  };
}
