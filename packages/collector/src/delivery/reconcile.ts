import { messageOf } from '@nestwatch/common/errors';
import type { Log } from '@nestwatch/common/log';
import { rangesOf } from '@nestwatch/common/ranges';
import { report } from '@nestwatch/proto';
import { quoteText } from '../influx/influxql.ts';
import type { Store } from '../influx/store.ts';
import { type Account, confirmedOf, emptyAccount, figuresOf } from './state.ts';
import type { Board } from './state-store.ts';

/** A gap that is younger may close by itself. */
const SETTLE_US = 15_000_000;
const FIRST_WAIT_US = 60_000_000;
const LONGEST_WAIT_US = 3_600_000_000;
/** Most runs that are looked up in one go. */
const MOST_RUNS = 20;
const DAY_US = 86_400_000_000;

interface Looked {
  gaps: number;
  nextUs: number;
  waitUs: number;
}

/**
 * Closes gaps of accounts that are behind the truth, which is InfluxDB. A bucket that was truncated comes back in an
 * older state; what was confirmed since is freed by its agent, so nobody would tell of it again.
 * @returns keys of the accounts that changed
 */
export function createHealer(store: Pick<Store, 'query'>, nowUs: () => number, log: Log) {
  const looked = new Map<string, Looked>();

  return async (board: Board): Promise<string[]> => {
    const healed: string[] = [];
    let asked = 0;
    for (const [key, account] of board.all()) {
      const { gaps, highest } = figuresOf(account);
      if (gaps === 0) looked.delete(key);
      if (gaps === 0 || nowUs() - account.lastUs < SETTLE_US) continue;
      const last = looked.get(key);
      // Other gaps are worth a look soon, however often the ones before were looked at in vain.
      const before = last?.gaps === gaps ? last : undefined;
      if (before !== undefined && nowUs() < before.nextUs) continue;
      if (++asked > MOST_RUNS) break;
      const waitUs = Math.min(LONGEST_WAIT_US, (before?.waitUs ?? FIRST_WAIT_US / 2) * 2);
      looked.set(key, { gaps, waitUs, nextUs: nowUs() + waitUs });
      try {
        const found = rangesOf(await writtenNumbers(store, key, account, highest));
        if (found.length === 0) continue;
        await board.merge(key, { ...emptyAccount(account.boot), found });
        healed.push(key);
      } catch (error) {
        log.debug('an account could not be compared with InfluxDB', { key, error: messageOf(error) });
      }
    }
    return healed;
  };
}

/** Numbers of a run that are in InfluxDB, from its first gap on. */
async function writtenNumbers(
  store: Pick<Store, 'query'>,
  key: string,
  account: Account,
  highest: number,
): Promise<number[]> {
  const [lab = '', node = ''] = key.split('.');
  const [first] = confirmedOf(account);
  const from = first !== undefined && first[0] <= 1 ? first[1] + 1 : 1;
  const since = Math.round(Math.min(account.firstUs, account.lastWallUs || account.firstUs) - 30 * DAY_US);
  const series = await store.query(
    `SELECT "seq" FROM "${report.name}" WHERE "lab" = ${quoteText(lab)} AND "node" = ${quoteText(node)}` +
      ` AND "boot" = ${quoteText(account.boot)} AND "seq" >= ${from} AND "seq" <= ${highest} AND time > ${Math.max(0, since)}u`,
  );
  return series.flatMap(({ rows }) => rows.map((row) => Number(row['seq'])));
}
