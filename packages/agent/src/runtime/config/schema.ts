import { logSettings, natsSettings } from '@nestwatch/common/config/connection';
import type { Config } from '@nestwatch/common/config/load';
import { choice, durationMs, flag, integer, list, optional, text } from '@nestwatch/common/config/setting';
import { PUBLIC_KEY } from '@nestwatch/common/invite/proof';
import { ID_PATTERN } from '@nestwatch/proto/subjects';
import { outboxSettings } from '../../delivery/settings.ts';
import { benchmarkSettings } from '../../rounds/settings.ts';

const ID = 'letters, digits, "_" and "-", at most 64, not beginning with "_" or "-"';

/** Every setting of nestwatch-agent. docs/reference/settings.md is made from this table. */
export const agentSchema = {
  lab: text('Name of the lab this machine belongs to', {
    default: 'default',
    pattern: ID_PATTERN,
    allowed: ID,
  }),
  node: optional(
    text('Id of this machine; by default its SMBIOS UUID, else machine-id and MAC address', {
      default: '',
      pattern: ID_PATTERN,
      allowed: ID,
    }),
  ),
  name: optional(text('Name shown for this machine; by default its host name', { default: '' })),
  layer: optional(
    integer('Depth in the cascade, to override what the collector finds out; 0 is the hypervisor', {
      default: 0,
      min: 0,
      max: 16,
    }),
  ),
  parent: optional(
    text('Id of the node that runs this machine, for a hypervisor that hides itself', {
      default: '',
      pattern: ID_PATTERN,
      allowed: ID,
    }),
  ),
  interval: durationMs('Time between two samples', { default: 10_000, minMs: 1000, maxMs: 3_600_000 }),
  'state.dir': text('Folder for state that must survive a restart', { default: '/var/lib/nestwatch-agent' }),
  'host.root': text('Folder that holds /proc and /sys of the machine to watch', { default: '/' }),
  'probes.off': list('Names of probes to skip', { default: [] }),
  'probes.limit': durationMs('Timeout of a probe', {
    default: 2000,
    minMs: 10,
    maxMs: 60_000,
  }),
  'capability.interval': durationMs('Time between two capability messages without a change', {
    default: 3_600_000,
    minMs: 10_000,
    maxMs: 86_400_000,
  }),
  'known-issues.file': text(
    'File with a list of known issues to use instead of the built-in one (docs/reference/known-issues.md)',
    { default: '' },
  ),
  'clock.interval': durationMs("Time between two comparisons with the collector's clock", {
    default: 60_000,
    minMs: 1000,
    maxMs: 3_600_000,
  }),
  'inventory.enabled': flag('Describe the hardware once at start; this runs dozens of processes', {
    default: true,
  }),
  'exits.enabled': flag(
    "Trace for ten seconds why guests exit, after an alert about exits or on an operator's request",
    {
      default: true,
    },
  ),
  'exits.every': durationMs('Minimum time between two such traces', {
    default: 600_000,
    minMs: 60_000,
    maxMs: 86_400_000,
  }),
  upgrade: choice(
    'Whether this node moves to a version that its lab is offered (nestwatch invite --upgrade): refused or allowed',
    { default: 'refused', choices: ['refused', 'allowed'] },
  ),
  'packages.url': text(
    "Address of the collector's listener of invitations, such as http://192.168.122.1:9465, from which upgrades are fetched",
    { default: '', pattern: /^http:\/\/[^/\s]+$/, allowed: 'an address such as http://192.168.122.1:9465' },
  ),
  'packages.key': text('Public key with which versions are signed that this node may move to', {
    default: '',
    pattern: PUBLIC_KEY,
    allowed: 'a public key, which begins with U',
  }),
  'packages.helper': text('Folder of the root-owned helper that installs upgrades', {
    default: '/var/lib/nestwatch-upgrade',
  }),
  ...benchmarkSettings,
  ...outboxSettings,
  ...natsSettings,
  ...logSettings,
} as const;

export type AgentConfig = Config<typeof agentSchema>;
