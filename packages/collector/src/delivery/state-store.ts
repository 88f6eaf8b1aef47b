import { randomUUID } from 'node:crypto';
import { JetStreamApiError, jetstream } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '@nestwatch/common/log';
import { BUCKETS } from '@nestwatch/proto';
import { decodeAccount, encodeAccount } from './encode-state.ts';
import { runKey } from './pending-changes.ts';
import { type Account, emptyAccount, merge } from './state.ts';

/** The accounts that all collectors share: one key for each run, `<lab>.<node>.<boot>`. */
export interface Board {
  /** Adds news to a run's account, whatever the other collectors do meanwhile. @throws when the bucket is away. */
  merge(key: string, news: Account): Promise<Account>;
  /** Accounts of all runs of a node. */
  runsOf(lab: string, node: string): Promise<Account[]>;
  /** Everything that this collector knows of, by key. Goes on changing. */
  all(): ReadonlyMap<string, Account>;
  /** Ends following the bucket. */
  close(): void;
}

export type OpenBoard = () => Promise<Board>;

interface Known {
  account: Account;
  revision: number;
}

const WRONG_LAST_SEQUENCE = 10071;
const MOST_ATTEMPTS = 20;
/** Times that one version of an account is sent while no answer comes. */
const MOST_SENDINGS = 3;

export interface BoardOptions {
  connection: NatsConnection;
  /** The bucket of watermarks. */
  bucket: KV;
  log: Log;
  /** How long to wait for the answer to one sending, ms. Default 5000. */
  answerMs?: number;
}

/** Follows the bucket, so that what other collectors merged is known without asking. */
export async function openBoard(options: BoardOptions): Promise<Board> {
  const { connection, bucket, log, answerMs = 5000 } = options;
  const stream = jetstream(connection);
  const known = new Map<string, Known>();
  /** The same accounts by themselves, for those who walk over all of them. */
  const accounts = new Map<string, Account>();
  const watcher = await bucket.watch();
  let failure: Error | undefined;

  function learn(key: string, bytes: Uint8Array, revision: number): Known | undefined {
    const before = known.get(key);
    if (before !== undefined && before.revision >= revision) return before;
    try {
      const fresh = { account: decodeAccount(bytes), revision };
      known.set(key, fresh);
      accounts.set(key, fresh.account);
      return fresh;
    } catch {
      log.warn('an account in the bucket cannot be read and is begun anew', { key });
      return { account: emptyAccount(key.split('.')[2] ?? ''), revision };
    }
  }

  function unlearn(key: string): void {
    known.delete(key);
    accounts.delete(key);
  }

  void (async () => {
    for await (const entry of watcher) {
      if (entry.operation === 'PUT') learn(entry.key, entry.value, entry.revision);
      else unlearn(entry.key);
    }
  })().catch((error: Error) => {
    failure = error;
  });

  async function fetch(key: string): Promise<Known | undefined> {
    const entry = await bucket.get(key);
    if (entry === null || entry.operation === 'PUT') {
      return entry === null ? undefined : learn(key, entry.value, entry.revision);
    }
    // Somebody deleted it: what follows stands on the note that says so.
    return { account: emptyAccount(key.split('.')[2] ?? ''), revision: entry.revision };
  }

  /**
   * Puts an account in place of the one with this revision, 0 for none. Counts in it must not be added twice, but an
   * answer may be lost: by its id the server knows a repetition, and answers as it did to the first.
   */
  async function replace(key: string, account: Account, revision: number): Promise<void> {
    const bytes = encodeAccount(account);
    const ack = await stream.publish(`$KV.${BUCKETS.watermarks}.${key}`, bytes, {
      ...{ msgID: randomUUID(), timeout: answerMs, retries: MOST_SENDINGS },
      expect: { lastSubjectSequence: revision },
    });
    learn(key, bytes, ack.seq);
  }

  return {
    async merge(key, news) {
      if (failure !== undefined) throw failure;
      let base = known.get(key) ?? (await fetch(key));
      for (let attempt = 1; ; attempt++) {
        const account = merge(base?.account ?? emptyAccount(news.boot), news);
        try {
          await replace(key, account, base?.revision ?? 0);
          return account;
        } catch (error) {
          if (!isConflict(error) || attempt === MOST_ATTEMPTS) throw error;
          unlearn(key);
          base = await fetch(key);
        }
      }
    },
    async runsOf(lab, node) {
      const prefix = runKey({ lab, node, boot: '' });
      const keys = new Set([...known.keys()].filter((key) => key.startsWith(prefix)));
      for await (const key of await bucket.keys(`${prefix}*`)) keys.add(key);
      const runs = await Promise.all([...keys].map(async (key) => known.get(key) ?? (await fetch(key))));
      return runs.flatMap((run) => (run === undefined ? [] : [run.account]));
    },
    all: () => accounts,
    close: () => watcher.stop(),
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE;
}
