import type { NatsConfig } from '../config/connection.ts';
import { defined } from '../defined.ts';
import { UsageError } from '../errors.ts';
import type { AccessOptions } from './access.ts';
import { certificateEnding, type Ending } from './endings.ts';
import { readBytes } from './secret-file.ts';
import { watchPeer } from './watch-peer.ts';

/**
 * Whom to trust to be the server, and how to be trusted by it, as configured.
 * @throws UsageError when a file cannot be read, or half of a pair is missing
 */
export async function trustOf(config: NatsConfig): Promise<{
  options: AccessOptions;
  endings(nowMs: number): Ending[];
}> {
  const { 'nats.ca': ca, 'nats.cert': cert, 'nats.key': key } = config;
  if (ca === '' && cert === '' && !config['nats.url'].startsWith('tls://')) {
    return { options: {}, endings: () => [] };
  }
  if ((cert === '') !== (key === '')) throw new UsageError('nats.cert and nats.key go together: set both');
  const read = (name: 'nats.ca' | 'nats.cert' | 'nats.key') =>
    config[name] === '' ? undefined : readBytes(name, config[name], name === 'nats.key').toString();
  const [authority, own] = [read('nats.ca'), read('nats.cert')];
  const server = await watchPeer('the certificate of NATS');
  const tls = defined({ ca: authority, cert: own, key: read('nats.key') });
  return {
    // All of it is passed on to tls.connect.
    options: { tls: { ...tls, checkServerIdentity: server.check } as AccessOptions['tls'] & object },
    endings: (nowMs) => [
      ...server.endings(),
      ...certificateEnding(`nats.ca ${ca}`, authority ?? '', nowMs),
      ...certificateEnding(`nats.cert ${cert}`, own ?? '', nowMs),
    ],
  };
}
