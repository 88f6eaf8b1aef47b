import { messageOf } from '@nestwatch/common/errors';
import type { Series } from '../influx/query-answer.ts';
import { keepLabs } from '../shards/keep-labs.ts';
import { type Shard, type ShardPlan, shardOf } from '../shards/shard-file.ts';
import type { HistoryReader } from './query.ts';

export interface ShardedReaderOptions {
  /** The shards as they are now. */
  readonly plan: () => ShardPlan;
  /** Opens a shard's database. @throws as openStore */
  readonly open: (shard: Shard) => Promise<HistoryReader>;
  /** Called with a shard that could not be asked, where others could. */
  readonly onMissing: (shard: string, reason: string) => void;
}

/** In a question of `read/`, a condition on a lab. */
const LAB = /"lab" = '((?:[^'\\]|\\.)*)'/g;

/**
 * One reader over all shards: a question about a lab goes to the database of its shard, one about all labs to each. What a
 * database still has of a lab that is another shard's now is left out.
 */
export function createShardedReader({ plan, open, onMissing }: ShardedReaderOptions): HistoryReader {
  const opened = new Map<Shard, Promise<HistoryReader>>();

  function readerOf(shard: Shard): Promise<HistoryReader> {
    const known = opened.get(shard) ?? open(shard);
    opened.set(shard, known);
    // It is opened again when it is asked for again.
    known.catch(() => opened.delete(shard));
    return known;
  }

  const asking = (kind: 'query' | 'queryThinned') => async (influxql: string) => {
    const now = plan();
    for (const shard of opened.keys()) if (!now.shards.includes(shard)) opened.delete(shard);
    const shards = shardsOf(now, influxql);
    const answers = await Promise.allSettled(
      shards.map(async (shard) => {
        const series = await (await readerOf(shard))[kind](influxql);
        return keepLabs(series, (lab) => shardOf(now, lab) === shard);
      }),
    );
    const failed = answers.flatMap((answer, at) =>
      answer.status === 'rejected'
        ? [{ shard: shards[at]?.name ?? '', error: answer.reason as unknown }]
        : [],
    );
    if (failed[0] !== undefined && failed.length === answers.length) throw failed[0].error;
    for (const { shard, error } of failed) onMissing(shard, messageOf(error));
    return answers.flatMap((answer): Series[] => (answer.status === 'fulfilled' ? answer.value : []));
  };
  return { query: asking('query'), queryThinned: asking('queryThinned') };
}

/** The shards whose labs a question is about. */
function shardsOf(plan: ShardPlan, influxql: string): readonly Shard[] {
  const labs = [...influxql.matchAll(LAB)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
  const named = labs.flatMap((lab) => shardOf(plan, lab) ?? []);
  return labs.length === 0 ? plan.shards : [...new Set(named)];
}
