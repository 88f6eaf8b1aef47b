import type { Clock } from '@nestwatch/common/clock';
import { messageOf, PermanentError, RetryableError } from '@nestwatch/common/errors';
import { Registry } from 'prom-client';
import { NoQueriesError } from '../../influx/no-queries.ts';
import type { Reader } from '../../read/query.ts';
import type { Handler } from '../server.ts';
import { createLayersReader, heldFor } from './read-layers.ts';
import { renderLayers } from './render-layers.ts';

/** Samples come every 10 s: more frequent or simultaneous requests get the same answer. */
const HELD_MS = 5000;
const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

interface LayersOptions {
  /** Undefined while InfluxDB has not answered yet. */
  readonly store: () => Reader | undefined;
  readonly clock: Pick<Clock, 'monoUs'>;
  readonly mostSeries: number;
}

/** Answers /metrics/layers: the figures of the layers, for a Prometheus that watches them, too. */
export function layersHandler({ store, clock, mostSeries }: LayersOptions): Handler {
  let render: (() => Promise<string>) | undefined;
  return async (_, response) => {
    const found = store();
    if (found === undefined) return void response.writeHead(503, TEXT).end('InfluxDB has not answered yet\n');
    if (render === undefined) {
      const read = createLayersReader(found, clock);
      render = heldFor(HELD_MS, clock, async () => renderLayers(await read(), mostSeries));
    }
    try {
      const text = await render();
      response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text);
    } catch (error) {
      if (!(error instanceof RetryableError || error instanceof PermanentError)) throw error;
      response.writeHead(error instanceof NoQueriesError ? 501 : 503, TEXT).end(`${messageOf(error)}\n`);
    }
  };
}
