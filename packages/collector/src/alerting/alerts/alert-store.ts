import type { KV } from '@nats-io/kv';
import type { Log } from '@nestwatch/common/log';
import { type Acceptance, parseAcceptance } from '../../analysis/acceptance.ts';
import { ALL_LABS, type OwnLabs } from '../../shards/own-labs.ts';
import type { Alert } from './alert.ts';
import { follow, readAll } from './follow.ts';
import { parseSilence, type Silence } from './silence.ts';

export type AlertStore = Awaited<ReturnType<typeof openAlertStore>>;

/**
 * Alerts and silences in the key-value bucket, where they survive restarts and changes of the collector.
 * Keys: alert.<lab>.<id>, silence.<lab>.<id> and accepted.<lab>.<id>.
 * @param labs whose alerts these are
 */
export async function openAlertStore(
  bucket: KV,
  signal: AbortSignal,
  log: Log,
  labs: Pick<OwnLabs, 'owns'> = ALL_LABS,
) {
  const kept = new Map<string, { readonly text: string; readonly revision: number }>();
  const silences = await follow(bucket, 'silence', parseSilence, signal, log);
  const acceptances = await follow(bucket, 'accepted', parseAcceptance, signal, log);
  return {
    /** The silences as they are now; kept up to date while the signal is not aborted. */
    silences: (): readonly Silence[] => [...silences.values()],
    /** What operators said is normal, as it is now. */
    acceptances: (): readonly Acceptance[] => [...acceptances.values()],
    /** Every alert that is kept. */
    async load(): Promise<Alert[]> {
      const all = await readAll(bucket, 'alert', parseAlert);
      const stored = all.filter(({ value }) => labs.owns(value.lab));
      for (const { key, value, revision } of stored) kept.set(key, { text: material(value), revision });
      return stored.map(({ value }) => value);
    },
    /**
     * Stores what differs from what was loaded or saved before.
     * @throws when NATS does not answer, or when somebody else wrote meanwhile: then this is not the watch any more
     */
    async save(alerts: readonly Alert[]): Promise<void> {
      const wanted = new Map(alerts.map((alert) => [`alert.${alert.lab}.${alert.id}`, alert]));
      for (const [key, alert] of wanted) {
        const before = kept.get(key);
        const text = material(alert);
        if (before?.text === text) continue;
        const value = JSON.stringify(alertRecord(alert));
        // Only the holder of the newest revision may write: a watch that lost its lease unawares fails here.
        const revision = await (before === undefined
          ? bucket.create(key, value)
          : bucket.update(key, value, before.revision));
        kept.set(key, { text, revision });
      }
      for (const [key, { revision }] of kept) {
        if (wanted.has(key)) continue;
        await bucket.delete(key, { previousSeq: revision });
        kept.delete(key);
      }
    },
  };
}

/** What has to be stored when it changes. Wording with its ever-changing figures does not. */
function material(alert: Alert): string {
  const { summary: _summary, details: _details, value: _value, calmSinceUs, ...rest } = alert;
  return JSON.stringify({ ...rest, calm: calmSinceUs !== undefined });
}

/** An alert as it is stored and as `nestwatch alerts --json` prints it: under the names that it had from the beginning. */
export type AlertRecord = Omit<Alert, 'revision' | 'pendingSinks' | 'notified'> & {
  readonly news: number;
  readonly owed: readonly string[];
  readonly told: boolean;
};

export function alertRecord({ revision, pendingSinks, notified, ...rest }: Alert): AlertRecord {
  return { ...rest, news: revision, owed: pendingSinks, told: notified };
}

export function alertOf({ news, owed, told, ...rest }: AlertRecord): Alert {
  return { ...rest, revision: news, pendingSinks: owed, notified: told };
}

/** What is stored, as an alert; undefined when it is none. */
export function parseAlert(text: string): Alert | undefined {
  try {
    const record = JSON.parse(text) as AlertRecord;
    const whole = typeof record.id === 'string' && typeof record.lab === 'string';
    return whole ? alertOf(record) : undefined;
  } catch {
    return undefined;
  }
}
