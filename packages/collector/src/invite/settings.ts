import type { Config } from '@nestwatch/common/config/load';
import { integer, list, text } from '@nestwatch/common/config/setting';
import { PUBLIC_KEY } from '@nestwatch/common/invite/proof';

/** Where invitations are served, and what guests receive there. */
export const inviteSettings = {
  'invite.host': text(
    "Address to serve invitations and packages on, such as that of the guests' bridge; empty to serve none",
    { default: '' },
  ),
  'invite.port': integer('Port for it; 0 for any free one', { default: 9465, min: 0, max: 65_535 }),
  'invite.names': list(
    'Names or addresses at which guests reach it, if they differ from the listening address, as in a container',
    { default: [] },
  ),
  'invite.packages': text('Folder with the packages and manifest.json, as "npm run package" makes them', {
    default: '/usr/share/nestwatch/packages',
  }),
  'invite.signer': text(
    'Public key of the packages, by which nodes know a version that they may move to; "nestwatch setup" makes it',
    { default: '', pattern: PUBLIC_KEY, allowed: 'a public key, which begins with U' },
  ),
  'invite.nats': list(
    'Addresses of NATS for guests; by default the address at which a guest reached the invitation, with the port of nats.url',
    { default: [] },
  ),
  'invite.staged': text('Folder in which new nodes wait for nestwatch-enroll.service', {
    default: '/var/lib/nestwatch-collector/staged',
  }),
  'invite.outcomes': text('Folder in which nestwatch-enroll.service writes the results', {
    default: '/run/nestwatch-enroll',
  }),
} as const;

export type InviteConfig = Config<typeof inviteSettings>;
