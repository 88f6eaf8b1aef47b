import { fill } from '../../test/load/fill.ts';
import { type HistoryOptions, history } from '../../test/load/history.ts';
import { openPublishers } from '../../test/load/publishers.ts';
import type { SectionContext } from '../section.ts';
import type { BenchServers } from './servers.ts';

/** Puts a history into the stream. @throws Error when the stream refused a part of it */
export async function fillStream(
  servers: BenchServers,
  wanted: HistoryOptions,
  { signal }: SectionContext,
): Promise<void> {
  await using publishers = await openPublishers(servers.addresses.natsUrl, 4);
  await fill(publishers, history(wanted), 1000, signal);
  if (publishers.counts.failed > 0) throw new Error(`the stream refused messages: ${publishers.lastError}`);
}
