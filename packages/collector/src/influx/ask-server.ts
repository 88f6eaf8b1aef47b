import { messageOf, PermanentError } from '@nestwatch/common/errors';
import { inPieces } from './pieces.ts';
import { parseQueryAnswer, type Series } from './query-answer.ts';
import type { Requests } from './requests.ts';

const FILE_LIMIT = /exceeding the file limit/;
const SAID =
  'InfluxDB 3 Core reads at most 432 files per query, about three days of data: start it with --query-file-limit 20000';

/**
 * How a database is asked. One that reads few files at once is asked for long spans in pieces; what cannot be read so
 * fails with the setting of the server that lets it.
 * @param readsFewFiles whether it is InfluxDB 3
 */
export function createAsk(request: Requests, store: string, readsFewFiles: boolean, nowUs: () => number) {
  const base = `/query?db=${encodeURIComponent(store)}&epoch=u`;
  const ask = async (method: string, influxql: string): Promise<Series[]> => {
    try {
      return parseQueryAnswer(await request(`${base}&q=${encodeURIComponent(influxql)}`, { method }));
    } catch (error) {
      if (FILE_LIMIT.test(messageOf(error))) throw new PermanentError(SAID, { cause: error });
      throw error;
    }
  };
  return {
    command: async (influxql: string) => void (await ask('POST', influxql)),
    async query(influxql: string): Promise<Series[]> {
      const pieces = readsFewFiles ? inPieces(influxql, nowUs()) : undefined;
      if (pieces === undefined) return ask('GET', influxql);
      const answers: Series[][] = [];
      for (const piece of pieces.queries) answers.push(await ask('GET', piece));
      return pieces.merge(answers);
    },
  };
}
