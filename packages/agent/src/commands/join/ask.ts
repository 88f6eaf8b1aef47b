import { UsageError } from '@nestwatch/common/errors';
import type { Deed } from '@nestwatch/common/invite/proof';
import { type Answered, type Asker, askListener } from '../../listener/ask.ts';
import type { JoinContext } from './command.ts';

/** Asks the collector that --collector names. @throws as askListener */
export async function askCollector(
  { options }: JoinContext,
  deed: Deed,
  asker: Asker,
  more: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const given = options['collector'];
  if (typeof given === 'string' && /^https?:\/\/[^/]+$/.test(given))
    return askListener(given, deed, asker, more);
  throw new UsageError('give --collector, such as http://192.168.122.1:9465');
}
