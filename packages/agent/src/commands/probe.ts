import { mkdirSync, writeFileSync } from 'node:fs';
import { machine } from 'node:os';
import { join } from 'node:path';
import { pause } from '@nestwatch/common/backoff';
import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { programLog } from '@nestwatch/common/cli/program-log';
import { systemClock } from '@nestwatch/common/clock';
import { formatDuration, parseDuration, refused } from '@nestwatch/common/config/setting';
import { createKernelFileHost } from '../host/kernel-file-host.ts';
import { type Answers, recordAnswers, saveAnswers } from '../host/record-answers.ts';
import { probes } from '../probes/index.ts';
import type { Probe } from '../probes/probe.ts';
import { checkProbeNames, createProbeRunner, makeProbes, type SampleBody } from '../probes/runner.ts';
import type { AgentConfig, agentSchema } from '../runtime/config/schema.ts';
import { probeReadings, probesAsJson, probesAsText } from './probe-output.ts';

const DEFAULT_WAIT = '1s';
const WAIT_LIMITS = { minMs: 10, maxMs: 600_000 };

/** `nestwatch-agent probe [name…]`: one reading of the probes, for a person or for a program. */
export async function probeCommand(context: CommandContext<typeof agentSchema>): Promise<number> {
  const { config, words, options, stdout, stderr, env, signal } = context;
  const off = notAsked(words, makeProbes(probes), config);
  const waitMs = parseWait(options['wait']);
  const folder = options['record'];
  const log = programLog({ ...config, 'log.level': 'warn' }, stderr, env);
  const real = createKernelFileHost(config['host.root']);

  const runner = createProbeRunner({
    probes,
    off,
    host: real,
    clock: systemClock,
    log,
    limitMs: config['probes.limit'],
    onEvent: ({ text }) => void stderr.write(`${text}\n`),
  });
  const tick = async (number: number): Promise<SampleBody | undefined> => {
    if (typeof folder !== 'string') return runner.tick(signal);
    const { host, answers } = recordAnswers(real, machine());
    const sample = await runner.tick(signal, host);
    save(answers, join(folder, String(number)));
    return sample;
  };

  await tick(0);
  if (stderr.isTTY) stderr.write(`rates are taken over ${formatDuration(waitMs)}\n`);
  if (!(await pause(waitMs, signal))) return EXIT.failed;
  const readings = probeReadings(runner.probes, (await tick(1)) ?? {});
  stdout.write(options['json'] ? probesAsJson(readings) : probesAsText(readings, paintFor(stdout, env)));
  return readings.some(({ value }) => value !== undefined) ? EXIT.ok : EXIT.failed;
}

/** Probes to leave out: those not named, or those that the settings switch off when none is named. */
function notAsked(names: readonly string[], all: readonly Probe[], config: AgentConfig): string[] {
  if (names.length === 0) return [...config['probes.off']];
  checkProbeNames(names, all);
  return all.map(({ name }) => name).filter((name) => !names.includes(name));
}

function parseWait(given: string | true | undefined): number {
  const ms = parseDuration(given ?? DEFAULT_WAIT);
  if (ms === undefined || ms < WAIT_LIMITS.minMs || ms > WAIT_LIMITS.maxMs) {
    throw refused(given, 'for --wait a time from 10ms to 10m, such as 1s');
  }
  return ms;
}

function save(answers: Answers, folder: string): void {
  mkdirSync(folder, { recursive: true });
  saveAnswers(answers, folder);
  const clock = { monoUs: systemClock.monoUs(), wallUs: systemClock.wallUs() };
  writeFileSync(join(folder, 'clock.json'), `${JSON.stringify(clock)}\n`);
}
