import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { createProcesses } from '../../deploy/local/processes.ts';
import { waitUntil } from '../../deploy/local/wait.ts';
import { startAlertmanager } from '../support/alertmanager.ts';
import { bootCascade, type Cascade, LAB } from './cascade.ts';

export const HOUR_MS = 3_600_000;
/** By the lab's slow clock. At a second, the four agents take most of the one processor that they share, in bursts. */
const SAMPLES_EVERY = '5s';
/** Rounds within which something must have come of it: three are judged at once, the others are for bad luck. */
export const MOST_ROUNDS = 8;
/** Rounds of a baseline, which are the fewest that one is based on and the three newest, which are not in it. */
const BASELINE_ROUNDS = 11;
/** Rounds that count for one of the two at most: a machine is still busy with what it runs when it starts. */
const SPARE_ROUNDS = 6;
/** Rounds in what is usual of a stream, from which on it is one. */
const LEAST_SAMPLES = 8;
/** What is judged is sent to Alertmanager with the next look of the watch. */
const LOOK_LIMIT_MS = 20_000;
const program = resolve(import.meta.dirname, '../../dist/nestwatch.mjs');

export type AlertRounds = ReturnType<typeof alertRounds>;

/** A cascade whose collector sends alerts to an Alertmanager of its own, for rounds of one benchmark. @param settings flags of the lab */
export async function bootWithAlerts(settings: readonly string[] = [], benchmark = 'cpu.sha256') {
  const dir = temporaryFolder('alerts');
  const processes = createProcesses(dir);
  const alertmanager = await startAlertmanager(processes, dir);
  process.env['NESTWATCH_ALERTMANAGER_URL'] = alertmanager.url;
  process.env['NESTWATCH_WATCH_INTERVAL'] = '2s';
  const cascade = await bootCascade('--interval', SAMPLES_EVERY, ...settings).catch(
    async (error: unknown) => {
      await processes.stopAll();
      throw error;
    },
  );
  return {
    cascade,
    rounds: alertRounds(cascade, alertmanager, benchmark),
    async stop() {
      await cascade.stop();
      await processes.stopAll();
    },
  };
}

/** Rounds of one benchmark in a cascade, and what Alertmanager hears of them. */
function alertRounds(
  cascade: Cascade,
  alertmanager: Awaited<ReturnType<typeof startAlertmanager>>,
  benchmark: string,
) {
  const { natsUrl, influxUrl } = cascade.servers;
  const env = { ...process.env, NATS_URL: natsUrl, INFLUX_URL: influxUrl };

  /** Runs a `nestwatch` command and gives what it prints; 1 says that a node has not measured. */
  const nestwatch = (...args: readonly string[]) =>
    new Promise<string>((done, failed) => {
      execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => {
        process.stderr.write(`\n${stdout}`);
        if (error !== null && error.code !== 1) failed(new Error(stderr));
        else done(stdout);
      });
    });

  /** One round, which ends when every layer has measured or has said why not. */
  const one = () =>
    nestwatch('bench', '--lab', LAB, '--size', 'tiny', '--window', '20m', '--wait', '10s', benchmark);

  /** Slowdowns of the benchmark that fire now. Probes only explain. */
  const firing = async () =>
    (await alertmanager.active())
      .filter(({ labels }) => labels['alertname']?.startsWith('nestwatch-slowdown'))
      .filter(({ labels }) => labels['subject']?.startsWith(benchmark))
      .map(({ labels, annotations }) => ({ node: labels['name'], text: annotations['description'] ?? '' }));

  /** Whether it holds soon after a round. */
  const holdsSoon = (what: string, holds: () => Promise<boolean>) =>
    waitUntil(holds, { what, limitMs: LOOK_LIMIT_MS }).then(
      () => true,
      () => false,
    );

  /** Rounds until something holds. */
  const until = async (what: string, most: number, holds: () => Promise<boolean>) => {
    for (let at = 0; at < most; at += 1) {
      await one();
      if (await holdsSoon(what, holds)) return;
    }
    throw new Error(`within ${most} rounds not: ${what}`);
  };

  return {
    nestwatch,
    one,
    firing,
    holdsSoon,
    until,
    /** Rounds until it is known what is usual in a layer, compared with its parent. */
    async baseline(name: string) {
      const usual =
        `SELECT last("samples") AS "samples" FROM "nestwatch_slowdown" WHERE "lab" = '${LAB}' ` +
        `AND "benchmark" = '${benchmark}' AND "name" = '${name}' AND "against" = 'parent'`;
      const isKnown = async () =>
        (await cascade.query(usual)).some(({ samples }) => Number(samples) >= LEAST_SAMPLES);
      for (let at = 1; at < BASELINE_ROUNDS; at += 1) await one();
      await until('what is usual', 1 + SPARE_ROUNDS, isKnown);
    },
  };
}
