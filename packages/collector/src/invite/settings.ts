import type { Config } from '@nestwatch/common/config/load';
import { integer, list, text } from '@nestwatch/common/config/setting';

/** Where invitations are served, and what guests are told there. */
export const inviteSettings = {
  'invite.host': text(
    'Address that invitations and packages are served on, such as that of the bridge of the guests; nothing is served where it is empty',
    { default: '' },
  ),
  'invite.port': integer('Port of the same; 0 takes any free one', { default: 9465, min: 0, max: 65_535 }),
  'invite.names': list(
    'Names or addresses under which guests reach that, where it is none of those that it listens on, as in a container',
    { default: [] },
  ),
  'invite.packages': text('Folder with the packages and manifest.json, as "npm run package" makes them', {
    default: '/usr/share/nestwatch/packages',
  }),
  'invite.nats': list(
    'Addresses of NATS as guests see them; by default the address at which a guest reached the invitation, with the port of nats.url',
    { default: [] },
  ),
  'invite.staged': text('Folder in which new nodes wait for nestwatch-enroll.service', {
    default: '/var/lib/nestwatch-collector/staged',
  }),
  'invite.outcomes': text('Folder in which nestwatch-enroll.service says what became of them', {
    default: '/run/nestwatch-enroll',
  }),
} as const;

export type InviteConfig = Config<typeof inviteSettings>;
