import { randomBytes } from 'node:crypto';
import type { KV } from '@nats-io/kv';
import type { Clock } from '@nestwatch/common/clock';
import { defined } from '@nestwatch/common/defined';
import { UsageError } from '@nestwatch/common/errors';
import type { Silence } from '../alerting/alerts/silence.ts';
import { rules } from '../alerting/rules/index.ts';
import type { Body, Verb } from './serve.ts';
import { idIn, labIn, lineIn } from './texts.ts';

export const LONGEST_MS = 365 * 86_400_000;
const LONGEST_WHY = 500;
const LONGEST_NAME = 64;

/** Begins a silence: `lab`, `forMs`, `why`, `by`, and where it is not for all: `layer`, `node` (id), `rule`. */
export function beginSilence(bucket: () => Promise<KV>, clock: Clock): Verb {
  return async (body, { name }): Promise<Silence> => {
    const startsUs = clock.wallUs();
    const made: Silence = defined({
      id: randomBytes(4).toString('hex'),
      lab: labIn(body),
      layer: layerIn(body),
      node: body['node'] === undefined ? undefined : idIn(body['node'], 'node'),
      rule: ruleIn(body),
      startsUs,
      endsUs: startsUs + lengthIn(body) * 1000,
      why: whyIn(body),
      // As the server knows the operator, or as he says himself.
      by: name ?? lineIn(body['by'], LONGEST_NAME),
    });
    await (await bucket()).put(`silence.${made.lab}.${made.id}`, JSON.stringify(made));
    return made;
  };
}

/** Ends the silence `id` of `lab`. */
export function endSilence(bucket: () => Promise<KV>): Verb {
  return async (body) => {
    const lab = labIn(body);
    const { id } = body;
    if (typeof id !== 'string' || !/^[0-9a-f]{1,16}$/.test(id)) {
      throw new UsageError(`${String(id)} is not the id of a silence: see --list`);
    }
    const kept = await bucket();
    const key = `silence.${lab}.${id}`;
    if ((await kept.get(key))?.operation !== 'PUT')
      throw new UsageError(`lab ${lab} has no silence ${id}: see --list`);
    await kept.delete(key);
  };
}

function lengthIn({ forMs }: Body): number {
  if (typeof forMs === 'number' && forMs > 0 && forMs <= LONGEST_MS) return forMs;
  throw new UsageError('a silence can last up to 365 days');
}

function whyIn({ why }: Body): string {
  const text = lineIn(why, LONGEST_WHY);
  if (text === '') throw new UsageError('a silence requires a reason');
  return text;
}

function layerIn({ layer }: Body): number | undefined {
  if (layer === undefined) return undefined;
  if (typeof layer === 'number' && Number.isInteger(layer) && layer >= 0) return layer;
  throw new UsageError('a layer must be a whole number from 0');
}

function ruleIn({ rule }: Body): string | undefined {
  if (rule === undefined) return undefined;
  const found = rules.find(({ name }) => name === rule);
  if (found === undefined) throw new UsageError(`unknown rule ${String(rule)}`);
  return found.name;
}
