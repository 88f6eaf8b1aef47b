import { fill } from '../../test/load/fill.ts';
import { type HistoryOptions, history } from '../../test/load/history.ts';
import type { LoadMessage } from '../../test/load/node-messages.ts';
import { openPublishers } from '../../test/load/publishers.ts';
import type { SectionContext } from '../section.ts';
import type { BenchServers } from './servers.ts';

/** Puts a history into the stream. @throws Error when the stream refused a part of it */
export async function fillStream(
  servers: BenchServers,
  wanted: HistoryOptions,
  context: SectionContext,
): Promise<void> {
  await fillStreamWith(servers, history(wanted), context);
}

/** Puts messages into the stream, in their order. @throws as fillStream */
export async function fillStreamWith(
  servers: BenchServers,
  messages: Iterable<LoadMessage>,
  { signal }: SectionContext,
): Promise<void> {
  await using publishers = await openPublishers(servers.addresses.natsUrl, 4);
  await fill(publishers, messages, 1000, signal);
  if (publishers.counts.failed > 0) throw new Error(`the stream refused messages: ${publishers.lastError}`);
}
