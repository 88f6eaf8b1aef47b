import { randomBytes } from 'node:crypto';
import type { KV } from '@nats-io/kv';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import { parseAlert } from '../alerting/alerts/alert-store.ts';
import { readAll } from '../alerting/alerts/follow.ts';
import { type Acceptance, parseAcceptance } from '../analysis/acceptance.ts';
import type { Body, Verb } from './serve.ts';
import { idIn, labIn, lineIn } from './texts.ts';

const LONGEST_WHY = 500;
const LONGEST_NAME = 64;
const LONGEST_BENCHMARK = 128;

/** What was accepted, and which alerts it ended. */
export interface Accepted {
  readonly acceptance: Acceptance;
  /** Summaries of the slowdowns that fire and are over by it. */
  readonly alerts: readonly string[];
}

/** Keeps in InfluxDB what was accepted, and whether it was taken back, for reports. Never throws. */
export type NoteAcceptance = (acceptance: Acceptance, ended: boolean) => Promise<unknown>;

/** Makes what a lab measures now the normal: `lab`, `why`, `by`, and where it is not for all: `node` (id), `benchmark`. */
export function acceptLevel(bucket: () => Promise<KV>, clock: Clock, note: NoteAcceptance): Verb {
  return async (body, { name }): Promise<Accepted> => {
    const acceptance: Acceptance = defined({
      id: randomBytes(4).toString('hex'),
      lab: labIn(body),
      node: body['node'] === undefined ? undefined : idIn(body['node'], 'node'),
      benchmark: benchmarkIn(body),
      atUs: clock.wallUs(),
      why: whyIn(body),
      // As the server knows the operator, or as he says himself.
      by: name ?? lineIn(body['by'], LONGEST_NAME),
    });
    const kept = await bucket();
    await kept.put(keyOf(acceptance), JSON.stringify(acceptance));
    await note(acceptance, false);
    return { acceptance, alerts: await alertsOf(kept, acceptance) };
  };
}

/** Takes the acceptance `id` of `lab` back: what was usual before is so again. */
export function endAcceptance(bucket: () => Promise<KV>, note: NoteAcceptance): Verb {
  return async (body) => {
    const lab = labIn(body);
    const { id } = body;
    if (typeof id !== 'string' || !/^[0-9a-f]{1,16}$/.test(id))
      throw new UsageError(`${String(id)} is not the id of an acceptance`);
    const kept = await bucket();
    const entry = await kept.get(keyOf({ lab, id }));
    if (entry?.operation !== 'PUT') throw new UsageError(`lab ${lab} has no acceptance ${id}`);
    await kept.delete(keyOf({ lab, id }));
    const acceptance = parseAcceptance(entry.string());
    if (acceptance !== undefined) await note(acceptance, true);
  };
}

async function alertsOf(bucket: KV, { lab, node, benchmark }: Acceptance): Promise<string[]> {
  const alerts = await readAll(bucket, `alert.${lab}`, parseAlert);
  return alerts
    .map(({ value }) => value)
    .filter(({ rule, state }) => rule.startsWith('slowdown-') && state !== 'resolved')
    .filter((alert) => node === undefined || alert.node === node)
    .filter(({ subject }) => benchmark === undefined || `${subject} `.startsWith(`${benchmark} `))
    .map(({ summary }) => summary);
}

function keyOf({ lab, id }: Pick<Acceptance, 'lab' | 'id'>): string {
  return `accepted.${lab}.${id}`;
}

function whyIn({ why }: Body): string {
  const text = lineIn(why, LONGEST_WHY);
  if (text === '') throw new UsageError('an acceptance requires a reason');
  return text;
}

function benchmarkIn({ benchmark }: Body): string | undefined {
  if (benchmark === undefined) return undefined;
  const text = lineIn(benchmark, LONGEST_BENCHMARK);
  if (text === '') throw new UsageError('the benchmark requires a name');
  return text;
}
