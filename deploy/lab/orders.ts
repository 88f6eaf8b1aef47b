import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { RetryableError, UsageError } from '@nestwatch/common/errors';
import { waitUntil } from '../local/wait.ts';
import { sendOrder } from './cascade/console.ts';
import { parseLayer, parseSlowness, parseTarget, SLOW_KINDS } from './cascade/slow.ts';
import { readRunningLab } from './running-lab.ts';
import type { LabSchema } from './settings.ts';

/** Generous: a busy machine takes minutes to load KVM again in a layer, and half an hour to tell the agent's cost. */
const ANSWER_LIMIT_MS = 3_600_000;
const COST_PAIRS = 5;

/** `npm run lab -- slow guest3=hog`: while the lab runs. */
export async function slowLayer({
  config,
  words,
  stdout,
  signal,
}: CommandContext<LabSchema>): Promise<number> {
  const lab = readRunningLab(config['data.dir']);
  const { depth, kind } = parseSlowness(onlyWord(words, 'guestN=KIND'), lab.layers);
  if (kind === 'clock')
    throw new UsageError('the clock speed can be set only at the start: use --slow or --speed');
  await orderAndWait(config['data.dir'], depth - 1, kind, signal);
  stdout.write(`guest${depth} is slowed: ${SLOW_KINDS[kind]}\n`);
  return EXIT.ok;
}

/** `npm run lab -- heal guest3`. */
export async function healLayer({
  config,
  words,
  stdout,
  signal,
}: CommandContext<LabSchema>): Promise<number> {
  const lab = readRunningLab(config['data.dir']);
  const depth = parseTarget(onlyWord(words, 'guestN'), lab.layers);
  await orderAndWait(config['data.dir'], depth - 1, 'heal', signal);
  stdout.write(`guest${depth} is healed\n`);
  return EXIT.ok;
}

/** `npm run lab -- cost guest3`: what the agent costs a layer, measured there and said on its console. */
export async function costOfAgent({
  config,
  words,
  stdout,
  signal,
}: CommandContext<LabSchema>): Promise<number> {
  const dataDir = config['data.dir'];
  const depth = parseLayer(onlyWord(words, 'guestN'), readRunningLab(dataDir).layers);
  const seconds = Math.ceil(config.interval / 1000);
  await orderAndWait(dataDir, depth, `cost ${COST_PAIRS} ${seconds}`, signal);
  const said = readFileSync(join(dataDir, 'console.log'), 'utf8').split('\n');
  const last = said.findLastIndex((line) => line.includes(`guest${depth}: agent-cost: slower`));
  for (const line of said.slice(last - 2 * COST_PAIRS, last + 1)) stdout.write(`${line.trim()}\n`);
  return last < 0 ? EXIT.failed : EXIT.ok;
}

/**
 * Gives an order to a layer and waits until that layer says on the console that it is done.
 * @throws RetryableError when it says that it could not, or says nothing.
 */
export async function orderAndWait(
  dataDir: string,
  depth: number,
  order: string,
  signal: AbortSignal,
): Promise<void> {
  const layer = `guest${depth}`;
  const log = join(dataDir, 'console.log');
  const answers = (kind: string) =>
    readFileSync(log, 'utf8').split(`${layer}: order ${kind}: ${order}`).slice(1);
  const [doneBefore, failedBefore] = [answers('done').length, answers('failed').length];
  await sendOrder(dataDir, layer, order);
  await waitUntil(
    () => {
      const failed = answers('failed');
      if (failed.length > failedBefore) {
        const why = failed.at(-1)?.split('\n')[0] ?? '';
        throw new RetryableError(`${layer} could not carry out "${order}"${why}`);
      }
      return answers('done').length > doneBefore;
    },
    { what: `the answer of ${layer} to "${order}"`, limitMs: ANSWER_LIMIT_MS, signal },
  );
}

function onlyWord(words: readonly string[], what: string): string {
  if (words.length === 1 && words[0] !== undefined) return words[0];
  throw new UsageError(`give one ${what}`);
}
