import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { attempt, type Found, type Host } from '../host/host.ts';
import { explain, findTracefs, type Tracefs } from './find-tracefs.ts';

/** Finds tracefs where this process may make a trace buffer in it; else why it may not. */
export async function mayTrace(host: Host): Promise<Found<Tracefs>> {
  const tracefs = await findTracefs(host);
  if (tracefs.state !== 'known') return tracefs;
  const instances = `${tracefs.value.folder}/instances`;
  const found = await attempt(instances, () => accessSync(join(host.root, instances), constants.W_OK));
  if (found.state === 'known') return tracefs;
  // The shipped unit has /sys read-only, for root as well.
  return explain(host, found.errno === 'EROFS' ? { ...found, state: 'denied' } : found);
}
