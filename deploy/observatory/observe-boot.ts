import { parseReasonNames, type ReasonNames } from '@nestwatch/agent/exits/reason-names';
import { messageOf } from '@nestwatch/common/errors';
import { type Conversation, Silent } from './conversation.ts';
import { type Counts, exitsIn, rounded } from './counts.ts';
import { type Limits, noResult, openLayer, since, snapshot } from './observe-layer.ts';
import type { Observed, State, WorkResult } from './result.ts';
import { type Work, workOf } from './works/list.ts';

interface BootOptions {
  readonly conversation: Conversation;
  readonly layers: number;
  readonly works: readonly Work[];
  readonly limits: Limits;
  readonly say: (line: string) => void;
  /** ms of this machine that idling takes. */
  readonly idleMs: number;
}

/** What a layer or its parent says when the layer cannot come up any more. */
const OVER = /^(guest\d ended with|no \/dev\/kvm|the console closed)/;
/** A count of a boot below this share of the exits is not kept. */
const KEPT_SHARE = 0.002;
/** A machine that waits is quicker for itself than its clock says; this is for the rest of the cascade. */
const IDLE_PATIENCE = 2;

/** Boots layer after layer of a cascade whose guest0 was started, and counts the works in each. */
export async function observeBoot(options: BootOptions): Promise<Omit<Observed, 'at' | 'seconds' | 'cpus'>> {
  const { layers, say } = options;
  const works: WorkResult[] = [];
  const lacking: Record<string, string[]> = {};
  const stacks: Record<string, string[]> = {};
  const add = (result: WorkResult) => {
    works.push(result);
    say(inWords(result));
  };
  const known: Known = { names: (_, code) => `0x${code.toString(16)}`, works, lacking, stacks, add };
  let depth = (await outermostIsUp(options, add)) ? 1 : layers;
  while (depth < layers && (await observeLayer(options, depth, known))) depth += 1;
  return { works, lacking, stacks };
}

/** What is found out while layers boot. */
interface Known {
  names: ReasonNames;
  readonly works: readonly WorkResult[];
  readonly lacking: Record<string, string[]>;
  readonly stacks: Record<string, string[]>;
  readonly add: (result: WorkResult) => void;
}

/** Boots one layer and counts the works in it. @returns whether there is a next one to be booted */
async function observeLayer(options: BootOptions, depth: number, known: Known): Promise<boolean> {
  let isBooted = false;
  try {
    const prepared = await prepareHost(options, depth - 1);
    known.lacking[`guest${depth - 1}`] = prepared.lacking;
    known.names = prepared.names ?? known.names;
    const boot = await bootLayer(options, depth, known.names);
    known.add(boot);
    isBooted = true;
    known.stacks[`guest${depth}`] = await readStacks(options, depth);
    if (boot.state !== 'counted') return false;
    await countWorks(options, depth, known.names, known.add);
    return true;
  } catch (error) {
    if (!(error instanceof Silent)) throw error;
    for (const next of unreached(isBooted ? depth + 1 : depth, options.layers)) {
      known.add(noResult(workOf('boot'), next, 'not reached', messageOf(error)));
    }
    return false;
  }
}

const unreached = (from: number, layers: number) =>
  Array.from({ length: Math.max(0, layers - from) }, (_, at) => from + at);

/** Has a layer count what its KVM does, before it runs the next. guest0 tells how exits are called: it is the CPU that says why. */
async function prepareHost({ conversation, limits }: BootOptions, depth: number) {
  const { answer } = await conversation.ask(depth, 'prepare', limits.workMs);
  const lacking = answer.split(' ').slice(1).filter(Boolean);
  if (depth > 0) return { lacking };
  const format = await conversation.ask(0, 'format', limits.workMs);
  return { lacking, names: parseReasonNames(format.answer) };
}

async function outermostIsUp({ conversation, limits }: BootOptions, add: (result: WorkResult) => void) {
  const form = new RegExp(`^ready$|${OVER.source}`);
  try {
    const { text } = await conversation.heard([0], form, limits.bootMs);
    if (text === 'ready') return true;
    add(noResult(workOf('boot'), 0, 'failed', text));
  } catch (error) {
    if (!(error instanceof Silent)) throw error;
    add(noResult(workOf('boot'), 0, 'hung', messageOf(error)));
  }
  return false;
}

/** Starts a layer and counts until it is ready, or does not go on. */
async function bootLayer(
  { conversation, limits, say }: BootOptions,
  depth: number,
  names: ReasonNames,
): Promise<WorkResult> {
  const boot = workOf('boot');
  const cannot = conversation.saidBy(depth - 1).find((text) => OVER.test(text));
  if (cannot !== undefined) return noResult(boot, depth, 'failed', cannot);
  const before = await snapshot(conversation, depth - 1, names, limits.workMs);
  say(`guest${depth}: starting`);
  const startedMs = performance.now();
  const from = await conversation.tell(depth - 1, 'child');
  let state: State = 'counted';
  let why: string | undefined;
  try {
    const { text } = await conversation.heard(
      [depth - 1, depth],
      new RegExp(`^ready$|${OVER.source}`),
      limits.bootMs,
      from,
    );
    if (text !== 'ready') [state, why] = ['failed', text];
  } catch (error) {
    if (!(error instanceof Silent)) throw error;
    [state, why] = ['hung', `not up after ${seconds(limits.bootMs)} s of this machine`];
  }
  const tookMs = performance.now() - startedMs;
  const counts: readonly Counts[] = since(
    before,
    await snapshot(conversation, depth - 1, names, limits.workMs),
  );
  return {
    work: 'boot',
    layer: depth,
    state,
    ...(why !== undefined && { why }),
    us: Math.round(tookMs * 1000),
    counts: counts.map((each) => rounded(each, Math.max(1, exitsIn(each) * KEPT_SHARE))),
    repetitions: [counts.map((each) => exitsIn(each))],
  };
}

async function countWorks(
  { conversation, works, limits, layers, idleMs }: BootOptions,
  depth: number,
  names: ReasonNames,
  add: (result: WorkResult) => void,
): Promise<void> {
  const programs = works.filter(({ name }) => name !== 'boot');
  // Idling concerns the whole cascade, so the deepest layer does it.
  const here = programs.filter(({ name }) => name !== 'idle' || depth === layers - 1);
  if (here.length === 0) return;
  const rest = [...here];
  try {
    const layer = await openLayer(conversation, depth, names, limits);
    for (let work = rest[0]; work !== undefined; work = rest[0]) {
      const idle = work.name === 'idle' ? idleMs * IDLE_PATIENCE : 0;
      add(await layer.count(work, limits.workMs + idle));
      rest.shift();
    }
  } catch (error) {
    if (!(error instanceof Silent)) throw error;
    for (const [at, work] of rest.entries()) {
      add(noResult(work, depth, at === 0 ? 'hung' : 'not reached', messageOf(error)));
    }
    throw error;
  }
  await conversation.ask(depth, 'free', limits.workMs);
}

/** For what pages of shadows were taken away in the layers above, "guest0: HITS function<caller". */
async function readStacks({ conversation, limits }: BootOptions, depth: number): Promise<string[]> {
  const found: string[] = [];
  for (let above = 0; above < depth; above++) {
    const { before } = await conversation.ask(above, 'stacks', limits.workMs);
    const told = before.filter((text) => text.startsWith('stack '));
    found.push(...told.map((text) => `guest${above}: ${text.replace(/^stack \d+ /, '')}`));
  }
  return found;
}

const seconds = (ms: number) => Math.round(ms / 1000);

function inWords({ work, layer, state, why, counts, agrees, us }: WorkResult): string {
  const exits = counts.slice(0, layer).map((each, at) => `${Math.round(exitsIn(each))} in guest${at}`);
  const reason = why === undefined ? '' : ` (${why})`;
  const scatter = agrees === false ? ', uneven' : '';
  const time = us === undefined ? '' : `, ${(us / 1e6).toFixed(2)} s`;
  return `guest${layer}: ${work} ${state}${reason}: ${exits.join(', ') || 'no counts'}${scatter}${time}`;
}
