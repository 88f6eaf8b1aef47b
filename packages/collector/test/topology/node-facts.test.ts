import { v1 } from '@nestwatch/proto';
import { expect, test } from 'vitest';
import type { AgentMessage } from '../../src/ingest/decode.ts';
import { factsOf } from '../../src/topology/node-facts.ts';

const header = { node: 'n', name: 'n', runId: '11111111-a', wallUs: 1 } as AgentMessage['header'];
const nic = (mac: string, defaultMac = false) => ({ mac, defaultMac });

test('what a node says of itself and its guests is bounded', () => {
  const facts = factsOf(header, {
    identity: {
      smbiosUuid: 'u'.repeat(1000),
      macs: ['', ...Array.from({ length: 500 }, (_, at) => `m${at}`)],
    },
    guests: Array.from({ length: 4000 }, () => ({
      guest: 'g',
      nics: Array.from({ length: 100 }, () => nic('m')),
    })),
    configuredLayer: 60,
    configuredParent: 'a\nb',
  });
  expect([facts.smbiosUuid, facts.macs.length, facts.guests.length, facts.guests[0]?.macs.length]).toEqual([
    '',
    63,
    1024,
    16,
  ]);
  expect([facts.configuredLayer, facts.configuredParent]).toEqual([undefined, undefined]);
  expect(factsOf(header, { configuredLayer: 16, configuredParent: 'p' })).toMatchObject({
    configuredLayer: 16,
    configuredParent: 'p',
  });
});

test('an address that machines everywhere have is none that somebody chose, whatever the parent says', () => {
  const nics = [nic('52:54:00:12:34:56'), nic('52:54:00:aa:00:01'), nic('52:54:00:aa:00:02', true)];
  expect(
    factsOf(header, { guests: [{ guest: 'g', nics }] }).guests[0]?.macs.map((each) => each.isDefault),
  ).toEqual([true, false, true]);
});

test('whether something is underneath is told from not known', () => {
  const { KNOWN, ABSENT } = v1.Fact.State;
  const said = (value: string, state: number) =>
    factsOf(header, { facts: [{ fact: 'cpu.under_hypervisor', value, state }] }).noHypervisor;
  expect([said('no', KNOWN), said('yes', KNOWN), said('', ABSENT)]).toEqual([true, false, undefined]);
});
