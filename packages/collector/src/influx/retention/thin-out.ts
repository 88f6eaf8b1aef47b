import { PermanentError } from '@nestwatch/common/errors';
import { catalogue } from '@nestwatch/proto';
import { shown } from '../answers.ts';
import type { Store } from '../store.ts';
import { thinOnce } from './continuous-queries.ts';
import type { ThinOut } from './late.ts';
import { thinOnceFlux } from './thinning-task.ts';

/** By InfluxQL, on InfluxDB 1.x. */
export function thinOutV1(store: Store, stepMs: number): ThinOut {
  return async (fromUs, toUs) => {
    for (const measurement of catalogue) {
      await store.command(thinOnce(measurement, store.dialect.store, stepMs, fromUs, toUs));
    }
  };
}

/** By Flux, on InfluxDB 2.x, whose InfluxQL does not write. */
export function thinOutV2(store: Store, stepMs: number, orgID: string): ThinOut {
  const path = `/api/v2/query?orgID=${encodeURIComponent(orgID)}`;
  return async (fromUs, toUs) => {
    for (const measurement of catalogue) {
      const body = thinOnceFlux(measurement, store.dialect.store, stepMs, fromUs, toUs);
      const options = { method: 'POST', body, contentType: 'application/vnd.flux' };
      const said = String(await store.request(path, { ...options, expects: 'text' }));
      // What goes wrong after the answer has begun stands in a table of its own.
      const error = /^,error,reference\r?\n,(.*)$/m.exec(said)?.[1];
      if (error !== undefined) throw new PermanentError(`InfluxDB refused to thin out: ${shown(error)}`);
    }
  };
}
