import { UsageError } from '@nestwatch/common/errors';
import { certificateNames } from '../address.ts';
import { textOf } from '../machine.ts';
import { isAsPackaged } from '../packaged-file.ts';
import { AUTHORITY, NATS, NATS_USER, SERVER_CONF, SHARE } from '../places.ts';
import type { Step } from '../step.ts';
import type { Wanted } from '../wanted.ts';
import { certificatesStep } from './certificates.ts';
import { madeByScript } from './command.ts';
import { fileStep } from './file.ts';
import { folderStep } from './folder.ts';

const TEMPLATE = `${SHARE}/nats/nats-server.conf`;

/** NATS with TLS, accounts, and a place for its streams; not who is in the accounts. */
export function natsSteps({ machine, record, address, hostname, natsPort, nowMs }: Wanted): Step[] {
  const names = certificateNames(address, hostname, machine.networks);
  return [
    folderStep({
      ...{ machine, name: 'nats-folder', path: NATS, access: { mode: 0o755 } },
      goes: ['accounts.conf', 'sync.conf', 'accounts.conf.replaceable'],
    }),
    certificatesStep(machine, names, NATS_USER, nowMs),
    fileStep({
      ...{ machine, record, name: 'authority', path: AUTHORITY, access: { mode: 0o644 } },
      what: `authority of NATS for agents in ${AUTHORITY}`,
      text: () => textOf(machine, `${NATS}/tls/ca.pem`) ?? '',
      wayOut: 'move it away',
    }),
    madeByScript(machine, {
      ...{ name: 'nats-sync', path: `${NATS}/sync.conf`, script: `${SHARE}/nats/sync.sh` },
      words: [machine.at(NATS)],
    }),
    fileStep({
      ...{ machine, record, name: 'nats-configuration', path: `${NATS}/nats-server.conf`, anyText: true },
      what: `configuration of NATS, port ${natsPort}, in ${NATS}/nats-server.conf`,
      access: { mode: 0o644 },
      text: () => serverConf(textOf(machine, TEMPLATE), natsPort),
    }),
    folderStep({
      ...{ machine, name: 'nats-store', path: '/var/lib/nats', goes: ['*'] },
      access: { mode: 0o750, owner: NATS_USER, group: NATS_USER },
    }),
    fileStep({
      ...{ machine, record, name: 'nats-include', path: SERVER_CONF, access: { mode: 0o644 } },
      what: `nats-server starts with it, by ${SERVER_CONF}`,
      text: () => 'include "nats/nestwatch/nats-server.conf"\n',
      mayReplace: (text) => isAsPackaged(machine, 'nats-server', SERVER_CONF, text),
      wayOut: 'another server uses it. Move it away, or merge both by hand as docs/use/security.md describes',
    }),
  ];
}

function serverConf(template: string | undefined, port: number): string {
  if (template === undefined)
    throw new UsageError(`${TEMPLATE} is missing: install the package nestwatch-collector first`);
  return template.replace('"0.0.0.0:4222"', `"0.0.0.0:${port}"`);
}
