import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '@nestwatch/common/cli/program';
import { RetryableError, UsageError } from '@nestwatch/common/errors';
import { waitUntil } from '../local/wait.ts';
import { parseAgentCost, renderAgentCost } from './agent-cost.ts';
import { sendOrder } from './cascade/console.ts';
import { findHosted, findMachine } from './cascade/find-machine.ts';
import { healingOrders, parseSlowness, SLOW_KINDS, slowingOrders } from './cascade/slow.ts';
import { runningLab } from './running-lab.ts';
import type { LabContext } from './settings.ts';

/** Generous: a busy machine takes minutes to load KVM again in a layer, and half an hour to tell the agent's cost. */
const ANSWER_LIMIT_MS = 3_600_000;
const COST_PAIRS = 5;

/** `npm run lab -- slow guest3=hog`: while the lab runs. */
export async function slowLayer({ config, words, stdout, signal }: LabContext): Promise<number> {
  const { machines } = runningLab(config['data.dir']);
  const slowness = parseSlowness(onlyWord(words, 'guestN=KIND'), machines);
  if (slowness.kind === 'clock')
    throw new UsageError('the clock speed can be set only at the start: use --slow or --speed');
  for (const { to, order } of slowingOrders(slowness, machines)) {
    await orderAndWait(config['data.dir'], to, order, signal);
  }
  stdout.write(`${slowness.machine.name} is slowed: ${SLOW_KINDS[slowness.kind]}\n`);
  return EXIT.ok;
}

/** `npm run lab -- heal guest3`. */
export async function healLayer({ config, words, stdout, signal }: LabContext): Promise<number> {
  const { machines } = runningLab(config['data.dir']);
  const machine = findHosted(onlyWord(words, 'guestN'), machines);
  for (const { to, order } of healingOrders(machine, machines)) {
    await orderAndWait(config['data.dir'], to, order, signal);
  }
  stdout.write(`${machine.name} is no longer slowed\n`);
  return EXIT.ok;
}

/** `npm run lab -- break guest2`: /dev/kvm opens there, and is no KVM. Guests that run go on. */
export function breakLayer(context: LabContext): Promise<number> {
  return orderOwn(context, 'break', 'cannot boot guests any more');
}

/** `npm run lab -- mend guest2`. */
export function mendLayer(context: LabContext): Promise<number> {
  return orderOwn(context, 'mend', 'can boot guests again');
}

/** Gives an order to a layer about itself. */
async function orderOwn(context: LabContext, order: string, result: string): Promise<number> {
  const { config, words, stdout, signal } = context;
  const { name } = findMachine(onlyWord(words, 'guestN'), runningLab(config['data.dir']).machines);
  await orderAndWait(config['data.dir'], name, order, signal);
  stdout.write(`${name} ${result}\n`);
  return EXIT.ok;
}

/** `npm run lab -- cost guest3`: what the agent costs a layer, measured there and said on its console. */
export async function costOfAgent(context: LabContext): Promise<number> {
  const { config, words, options, stdout, signal } = context;
  const dataDir = config['data.dir'];
  const [word = '', pairs = String(COST_PAIRS), ...more] = words;
  if (more.length > 0 || !/^[1-9]\d?$/.test(pairs)) throw new UsageError('give guestN and 1 to 99 pairs');
  const { name } = findMachine(word, runningLab(dataDir).machines);
  const seconds = Math.ceil(config.interval / 1000);
  const log = join(dataDir, 'console.log');
  const said = () => readFileSync(log, 'utf8').split('\n');
  const before = said().length;
  await orderAndWait(dataDir, name, `cost ${pairs} ${seconds}`, signal);
  const lines = said()
    .slice(before - 1)
    .filter((line) => line.includes(`${name}: agent-cost: `));
  const cost = parseAgentCost(lines);
  if (cost === undefined) throw new RetryableError(`${name} returned no figures: ${lines.join('; ')}`);
  stdout.write(options['json'] ? `${JSON.stringify(cost)}\n` : renderAgentCost(name, cost));
  return EXIT.ok;
}

/**
 * Gives an order to a machine and waits until that machine says on the console that it is done.
 * @throws RetryableError when it says that it could not, or says nothing.
 */
export async function orderAndWait(
  dataDir: string,
  name: string,
  order: string,
  signal: AbortSignal,
): Promise<void> {
  const log = join(dataDir, 'console.log');
  const answers = (kind: string) =>
    readFileSync(log, 'utf8').split(`${name}: order ${kind}: ${order}`).slice(1);
  const [doneBefore, failedBefore] = [answers('done').length, answers('failed').length];
  await sendOrder(dataDir, name, order);
  await waitUntil(
    () => {
      const failed = answers('failed');
      if (failed.length > failedBefore) {
        const why = failed.at(-1)?.split('\n')[0] ?? '';
        throw new RetryableError(`${name} could not carry out "${order}"${why}`);
      }
      return answers('done').length > doneBefore;
    },
    { what: `the answer of ${name} to "${order}"`, limitMs: ANSWER_LIMIT_MS, signal },
  );
}

export function onlyWord(words: readonly string[], what: string): string {
  if (words.length === 1 && words[0] !== undefined) return words[0];
  throw new UsageError(`give one ${what}`);
}
