import { rangesOf } from '@nestwatch/common/ranges';
import { type Account, emptyAccount, merge } from './state.ts';

/** Where a message belongs: the first three tokens of its key in the bucket. */
export interface RunKey {
  lab: string;
  node: string;
  boot: string;
}

/** One message whose fate is decided. */
export interface Settled extends RunKey {
  seq: number;
  outcome: 'written' | 'dead';
  freed: number;
  /** Wall clock in its header, µs since 1970; 0 when it could not be read. */
  wallUs: number;
  name: string;
  layer: number | undefined;
  parent: string;
}

interface Open {
  written: number[];
  dead: number[];
  account: { -readonly [K in keyof Account]: Account[K] };
}

export const runKey = ({ lab, node, boot }: RunKey): string => `${lab}.${node}.${boot}`;

/** What this collector has taken in since it last told the others. */
export function createTally() {
  let open = new Map<string, Open>();

  function at(key: string, boot: string): Open {
    let found = open.get(key);
    if (found === undefined) {
      found = { written: [], dead: [], account: emptyAccount(boot) };
      open.set(key, found);
    }
    return found;
  }

  return {
    note(settled: Settled, nowUs: number): void {
      const entry = at(runKey(settled), settled.boot);
      entry[settled.outcome].push(settled.seq);
      // In place: this runs for every message.
      const { account } = entry;
      account.received += 1;
      account.freed = Math.max(account.freed, settled.freed);
      account.firstUs ||= nowUs;
      account.lastUs = nowUs;
      if (settled.wallUs < account.lastWallUs) return;
      account.lastWallUs = settled.wallUs;
      account.name = settled.name;
      account.layer = settled.layer;
      account.parent = settled.parent;
    },
    /** Adds to the account of a run what is known of it beside its messages. */
    add(key: RunKey, news: Partial<Account>): void {
      const entry = at(runKey(key), key.boot);
      entry.account = merge(entry.account, { ...emptyAccount(key.boot), ...news });
    },
    get size(): number {
      return open.size;
    },
    /** Everything noted since the last time, by key; the tally is empty then. */
    take(): Map<string, Account> {
      const taken = open;
      open = new Map();
      const accounts = new Map<string, Account>();
      for (const [key, { written, dead, account }] of taken) {
        accounts.set(key, { ...account, written: rangesOf(written), dead: rangesOf(dead) });
      }
      return accounts;
    },
    /** Takes back what could not be told. */
    putBack(key: string, account: Account): void {
      const entry = at(key, account.boot);
      const back = merge({ ...account, received: 0, duplicates: 0 }, { ...entry.account, received: 0 });
      entry.account = { ...back, received: account.received + entry.account.received };
      for (const [from, to] of account.written) for (let n = from; n <= to; n++) entry.written.push(n);
      for (const [from, to] of account.dead) for (let n = from; n <= to; n++) entry.dead.push(n);
    },
  };
}

export type Tally = ReturnType<typeof createTally>;
