import type { KV } from '@nats-io/kv';
import { type AlertRecord, alertRecord, parseAlert } from '../alerting/alerts/alert-store.ts';
import { parseSilence, type Silence } from '../alerting/alerts/silence.ts';
import type { Body, Verb } from './serve.ts';
import { labIn } from './texts.ts';

/** A part of a list, in the order of keys. */
export interface Page<T> {
  readonly items: readonly T[];
  /** To be given as `after` for what follows; absent at the end. */
  readonly more?: string;
}

/** An answer has to fit into a message of NATS. */
const PAGE_BYTES = 512 * 1024;

/** Alerts that are kept, of one lab or of all. */
export function readAlerts(bucket: () => Promise<KV>): Verb {
  return async (body): Promise<Page<AlertRecord>> =>
    readPage(await bucket(), 'alert', body, (text) => {
      const alert = parseAlert(text);
      return alert === undefined ? undefined : alertRecord(alert);
    });
}

export function readSilences(bucket: () => Promise<KV>): Verb {
  return async (body): Promise<Page<Silence>> => readPage(await bucket(), 'silence', body, parseSilence);
}

async function readPage<T>(
  bucket: KV,
  prefix: string,
  body: Body,
  parse: (text: string) => T | undefined,
): Promise<Page<T>> {
  const lab = body['lab'] === undefined ? undefined : labIn(body);
  const after = typeof body['after'] === 'string' ? body['after'] : '';
  const keys: string[] = [];
  for await (const key of await bucket.keys(lab === undefined ? `${prefix}.>` : `${prefix}.${lab}.>`))
    keys.push(key);
  const items: T[] = [];
  let bytes = 0;
  let last = after;
  for (const key of keys.filter((each) => each > after).sort()) {
    if (bytes > PAGE_BYTES) return { items, more: last };
    const entry = await bucket.get(key);
    const item = entry?.operation === 'PUT' ? parse(entry.string()) : undefined;
    if (item !== undefined) items.push(item);
    bytes += entry?.length ?? 0;
    last = key;
  }
  return { items };
}
