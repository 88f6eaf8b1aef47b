import { EXIT, type Program, runProgram } from '@nestwatch/common/cli/program';
import { systemClock } from '@nestwatch/common/clock';
import { natsSettings } from '@nestwatch/common/config/connection';
import type { Config } from '@nestwatch/common/config/load';
import { decimal, durationMs, integer, text } from '@nestwatch/common/config/setting';
import { fill } from './fill.ts';
import { history } from './history.ts';
import { pace } from './pace.ts';
import { openPublishers, type Publishers } from './publishers.ts';
import { simulatedLabs } from './simulated-labs.ts';
import { readTemplate } from './template.ts';

const schema = {
  ...natsSettings,
  nodes: integer('Machines to simulate, 20 in each lab of four layers', {
    default: 100,
    min: 1,
    max: 1_000_000,
  }),
  interval: durationMs('Time between two samples of a node', {
    default: 10_000,
    minMs: 100,
    maxMs: 3_600_000,
  }),
  duration: durationMs('How long to go on (pace)', { default: 60_000, minMs: 1000, maxMs: 86_400_000 }),
  samples: integer('Samples of all nodes together (fill)', { default: 10_000, min: 1, max: 1e9 }),
  end: integer('When the last of them was taken, µs since 1970; 0 is now (fill)', {
    default: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  starting: decimal('Share of the nodes whose agents start now, with their capability (pace)', {
    default: 1,
    min: 0,
    max: 1,
  }),
  connections: integer('Connections to NATS that the nodes share', { default: 20, min: 1, max: 10_000 }),
  'in-flight': integer('Messages that wait for their confirmation at once (fill)', {
    default: 500,
    min: 1,
    max: 100_000,
  }),
  prefix: text('Begins the name of each lab', { default: 'load', pattern: /^[A-Za-z0-9][\w-]*$/ }),
  seed: integer('The same seed gives the same values', { default: 1, min: 0, max: 2 ** 32 - 1 }),
} as const;

type LoadConfig = Config<typeof schema>;

const program: Program<typeof schema> = {
  name: 'nestwatch-load',
  meaning: 'publishes what many agents would, to see how far the rest goes',
  schema,
  defaultFile: '',
  commands: {
    pace: {
      meaning: 'publish at the real pace, each node once in each interval',
      run: ({ config, signal, stdout }) =>
        load(config, stdout, async (publishers) => {
          const { interval: intervalMs, duration, seed, starting } = config;
          return pace(
            publishers,
            {
              nodes: simulatedLabs(config.nodes, config.prefix),
              template: await readTemplate(),
              intervalMs,
              durationMs: duration,
              clock: systemClock,
              seed,
              starting,
            },
            signal,
          );
        }),
    },
    fill: {
      meaning: 'publish a history as quickly as the stream takes it',
      run: ({ config, signal, stdout }) =>
        load(config, stdout, async (publishers) => {
          const endUs = config.end === 0 ? systemClock.wallUs() : config.end;
          const { samples, interval: intervalMs, seed, 'in-flight': inFlight } = config;
          const nodes = simulatedLabs(config.nodes, config.prefix);
          const template = await readTemplate();
          const messages = history({ nodes, template, samples, intervalMs, endUs, seed });
          await fill(publishers, messages, inFlight, signal);
        }),
    },
  },
};

/** Runs one kind of load and prints what became of it as one line of JSON. */
async function load(
  config: LoadConfig,
  stdout: NodeJS.WriteStream,
  run: (publishers: Publishers) => Promise<object | undefined>,
): Promise<number> {
  await using publishers = await openPublishers(config['nats.url'], config.connections);
  const startUs = systemClock.monoUs();
  const own = await run(publishers);
  const seconds = (systemClock.monoUs() - startUs) / 1e6;
  const { counts, lastError } = publishers;
  stdout.write(
    `${JSON.stringify({ ...counts, ...own, seconds, ...(lastError === '' ? {} : { lastError }) })}\n`,
  );
  return counts.failed === 0 ? EXIT.ok : EXIT.failed;
}

process.exitCode = await runProgram(program, process.argv.slice(2), process);
