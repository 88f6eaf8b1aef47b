import { v1 } from '@nestwatch/proto';
import { describe, expect, test } from 'vitest';
import { judgeable } from '../../../src/alerting/judgeable.ts';
import { catchingUp } from '../../../src/alerting/rules/catching-up.ts';
import type { JudgedNode } from '../../../src/analysis/judged-lab.ts';
import { found, only } from '../../support/findings.ts';
import { judgedLab, MINUTE_US, NOW_US, stream } from '../../support/judged-lab.ts';

const { RUNS, STILL, SPINS, BLOCKED } = v1.GuestUsage.Activity;
const { NONE, OUTGOING } = v1.GuestUsage.Transfer;

test('a lab that is well gives no finding', () => {
  expect(found(judgedLab({ guest3: { streams: [stream('parent', {}), stream('self', {})] } }))).toEqual([]);
});

describe('a silent node', () => {
  const longAgo = { lastSeenUs: NOW_US - 10 * MINUTE_US };

  test('is told of, with how long', () => {
    expect(only(judgedLab({ guest3: longAgo })).summary).toBe(
      'guest3 (layer 3) has not reported for 10 min.',
    );
  });

  test('is one of which nothing came for three minutes, as everywhere', () => {
    const agoUs = 3 * MINUTE_US;
    expect(found(judgedLab({ guest3: { lastSeenUs: NOW_US - agoUs } }))).toEqual([]);
    expect(found(judgedLab({ guest3: { lastSeenUs: NOW_US - agoUs - 1 } }))).toHaveLength(1);
  });

  test('hides those below it', () => {
    const finding = only(judgedLab({ guest2: longAgo, guest3: longAgo }));
    expect(finding).toMatchObject({ node: 'guest2' });
    expect(finding.summary).toContain('nor 1 machine below it');
  });

  test('is not believed while reports wait to be written, nor right after', () => {
    expect(found(judgedLab({ guest3: longAgo }, { pipeline: { pending: 5000 } }))).toEqual([]);
    const justNow = { pending: 0, caughtUpSinceUs: NOW_US - MINUTE_US };
    expect(found(judgedLab({ guest3: longAgo }, { pipeline: justNow }))).toEqual([]);
  });
});

describe('a node that was cut off and is heard of again', () => {
  const old = { lastSeenUs: NOW_US - 2 * 1440 * MINUTE_US };

  test('is said to catch up while what arrives is old, and not once it is new', () => {
    const [finding] = catchingUp.evaluate(judgedLab({ guest3: { ...old, arrives: true } }), () => ({}));
    expect(finding?.summary).toBe('guest3 (layer 3) is catching up: what arrives is 2 days old.');
    expect(found(judgedLab({ guest3: { arrives: true } }))).toEqual([]);
  });

  test('begins and ends no other alert meanwhile, and the other nodes do', () => {
    const may = judgeable(judgedLab({ guest3: { ...old, arrives: true }, guest2: old }));
    const asked = ['node-silent', 'slowdown-self', 'catching-up', 'collector-behind'];
    expect(asked.filter((rule) => may({ rule, node: 'guest3' }))).toEqual([
      'catching-up',
      'collector-behind',
    ]);
    expect(asked.filter((rule) => may({ rule, node: 'guest2' }))).toEqual(asked);
    expect(may({ rule: 'collector-behind', node: '' })).toBe(true);
  });

  test('as nothing but the failure itself is told of while InfluxDB cannot be read', () => {
    const may = judgeable(judgedLab({}, { pipeline: { influxError: 'refused' } }));
    expect(may({ rule: 'node-silent', node: 'guest2' })).toBe(false);
    expect(may({ rule: 'collector-behind', node: '' })).toBe(true);
  });
});

describe('a benchmark without results', () => {
  const self = (more: Parameters<typeof stream>[2]) =>
    judgedLab({ guest3: { streams: [stream('self', {}, more)] } });
  const hour = 60 * MINUTE_US;

  test('is told of after two rounds, with what the node says', () => {
    const view = self({
      missed: [
        { timeUs: NOW_US - 3 * hour, reason: '' },
        { timeUs: NOW_US - 2 * hour, reason: 'no lease before the end: guest1 had it' },
      ],
    });
    const finding = only(view);
    expect(finding).toMatchObject({ rule: 'no-result', node: 'guest3', value: 2 });
    expect(finding.details).toEqual(['Reason: no lease before the end: guest1 had it.']);
  });

  test('is not told of while the round may go on', () => {
    const view = self({
      missed: [
        { timeUs: NOW_US - 3 * hour, reason: '' },
        { timeUs: NOW_US - MINUTE_US, reason: '' },
      ],
    });
    expect(found(view)).toEqual([]);
  });

  test('is told of when the whole lab has no rounds any more that came regularly', () => {
    const resultTimesUs = Array.from({ length: 10 }, (_, at) => NOW_US - (12 - at) * 6 * hour);
    expect(only(self({ resultTimesUs })).summary).toContain('for 2 rounds');
    const byHand = Array.from({ length: 10 }, (_, at) => NOW_US - 5 * hour - (10 - at) * MINUTE_US);
    expect(found(self({ resultTimesUs: byHand }))).toEqual([]);
  });
});

test('lost capability is told of as what was lost', () => {
  const gone = { canHost: false, couldHost: true, kvmDeviceOpens: false, didKvmDeviceOpen: true };
  expect(only(judgedLab({ guest2: { capability: gone } })).summary).toBe(
    'guest2 (layer 2) can no longer run guests with KVM: /dev/kvm no longer opens.',
  );
  const nested = { canHost: true, couldHost: true, nestedEnabled: false, wasNestedEnabled: true };
  expect(found(judgedLab({ guest1: { capability: nested } }))).toEqual([
    'capability-lost guest1 nested critical',
  ]);
  const mitigated = { ...nested, nestingMitigated: true };
  expect(found(judgedLab({ guest1: { capability: mitigated } }))).toEqual([
    'known-issue guest1 nesting info',
  ]);
  expect(only(judgedLab({ guest1: { capability: mitigated } })).summary).toMatch(
    /^guest1 \(layer 1\) has nesting switched off in its configuration\. This mitigates .*; it is not a fault\.$/,
  );
  expect(found(judgedLab({ guest1: { capability: { ...mitigated, ...gone } } }))).toEqual([
    'capability-lost guest1 can-host critical',
    'known-issue guest1 nesting info',
  ]);
  expect(found(judgedLab({ guest1: { capability: { ...nested, nestingMitigated: false } } }))).toEqual([
    'capability-lost guest1 nested critical',
  ]);
  const never = { canHost: false, couldHost: false, nestedEnabled: false, wasNestedEnabled: false };
  expect(found(judgedLab({ guest3: { capability: never } }))).toEqual([]);
});

describe('a canary that does not boot', () => {
  const canary = { boots: false, atUs: NOW_US - MINUTE_US, reason: 'QEMU ended with status 1', trigger: '' };
  const bootedUs = NOW_US - 60 * MINUTE_US;
  const hosts = { canHost: true, couldHost: true };

  test('is critical where one did before, with why and for what it ran', () => {
    const trigger = 'system.kernel: 6.1 → 6.12';
    const view = judgedLab({ guest2: { canary: { ...canary, bootedUs, trigger }, capability: hosts } });
    expect(only(view)).toMatchObject({
      rule: 'cannot-boot',
      node: 'guest2',
      severity: 'critical',
      summary:
        '/dev/kvm opens on guest2 (layer 2), and no guest boots any more; the last one booted 60 min ago.',
    });
    expect(only(view).details?.slice(0, 2)).toEqual([
      'Reason: QEMU ended with status 1.',
      `The canary ran because of: ${trigger}.`,
    ]);
  });

  test('is a warning where none is known to have booted', () => {
    expect(found(judgedLab({ guest2: { canary } }))).toEqual(['cannot-boot guest2  warning']);
  });

  test('is left to capability-lost where KVM is gone, and over when one boots', () => {
    const gone = { canHost: false, couldHost: true };
    expect(found(judgedLab({ guest2: { canary: { ...canary, bootedUs }, capability: gone } }))).toEqual([
      'capability-lost guest2 can-host critical',
    ]);
    expect(
      found(judgedLab({ guest2: { canary: { ...canary, boots: true, bootedUs }, capability: hosts } })),
    ).toEqual([]);
  });
});

describe('a guest that is seen from outside only', () => {
  const seen = (steadily: number) => ({ win11: { steadily } });

  test('is told of where it stands still or waits, and as information where it spins', () => {
    const of = (steadily: number) => only(judgedLab({ guest1: { guests: seen(steadily) } }));
    expect(of(STILL)).toMatchObject({
      ...{ rule: 'guest-stuck', node: 'guest1', subject: 'win11', severity: 'warning' },
      summary: 'win11 on guest1 (layer 1) is stopped: none of its vCPUs ran for minutes.',
    });
    expect(of(BLOCKED)).toMatchObject({ severity: 'warning' });
    expect(of(SPINS)).toMatchObject({ severity: 'info' });
  });

  test('is not where it runs, or has an agent', () => {
    expect(found(judgedLab({ guest1: { guests: seen(RUNS) } }))).toEqual([]);
    const withAgent = { guest1: { guests: seen(STILL) }, guest2: { guestName: 'win11' } };
    expect(found(judgedLab(withAgent))).toEqual([]);
  });
});

describe('saving a guest with guests in it', () => {
  const capability = { snapshotSafe: false, guestsRunning: 2 };
  const lab = (kept: string, transfer: number) =>
    only(
      judgedLab({
        guest1: { guests: { inner: { transfer, nestedState: kept } } },
        guest2: { capability, guestName: 'inner' },
      }),
    );

  test('is advised against, unless what runs it is known to keep them', () => {
    expect(lab('unproven', NONE)).toMatchObject({
      ...{ rule: 'unsafe-to-snapshot', node: 'guest2', severity: 'info' },
      summary: 'Do not save, snapshot or migrate guest2 (layer 2) now: 2 guests run in it.',
      details: [expect.stringContaining('without a guarantee')],
    });
    expect(lab('kept', NONE).summary).toContain('includes its guests: ');
  });

  test('is a warning while it goes on, and critical where they are lost', () => {
    expect(lab('unclear', OUTGOING)).toMatchObject({
      severity: 'warning',
      summary: 'guest2 (layer 2) is being saved or migrated now, while 2 guests run in it.',
    });
    expect(lab('lost', OUTGOING)).toMatchObject({ severity: 'critical' });
    expect(lab('kept', OUTGOING)).toMatchObject({ severity: 'info' });
  });
});

test('a known way out of a guest is a warning that names it, and what is not known is none', () => {
  const open = (openEscapes: string) => judgedLab({ guest0: { capability: { openEscapes } } });
  expect(only(open('CVE-2026-53359 CVE-2026-64561'))).toMatchObject({
    rule: 'known-issue',
    node: 'guest0',
    subject: 'escape',
    severity: 'warning',
    value: 2,
    summary: 'A guest can take over guest0 (layer 0): CVE-2026-53359, CVE-2026-64561 are open in its kernel.',
  });
  for (const word of ['none', 'unknown', '']) expect(found(open(word))).toEqual([]);
});

test('an exit that costs far more than is published for the CPU is told of, with whose kernel to look at', () => {
  expect(found(judgedLab({ guest2: { exitPublishedRatio: 1.59 } }))).toEqual([]);
  expect(only(judgedLab({ guest2: { exitPublishedRatio: 2.483 } }))).toMatchObject({
    node: 'guest2',
    value: 2.483,
    severity: 'warning',
    summary:
      'An exit of guest2 (layer 2) takes 2.48 times the cycles published for its CPU with a fixed kernel: check the kernel of guest1.',
  });
});

test('clock steps, resumes and changed facts are told of for a while', () => {
  const events = [
    { timeUs: NOW_US - 2 * MINUTE_US, kind: 3, text: 'The clock was set 40 s forward.' },
    { timeUs: NOW_US - 2 * MINUTE_US, kind: 4, text: 'Resumed after 300 s.' },
    { timeUs: NOW_US - 2 * MINUTE_US, kind: 6, text: 'kvm_amd.nested is 0.' },
    { timeUs: NOW_US - 90 * MINUTE_US, kind: 9, text: 'too long ago' },
  ];
  expect(found(judgedLab({ guest1: { events } }))).toEqual([
    'capability-changed guest1  info',
    'clock-step guest1 step info',
    'clock-step guest1 resume info',
  ]);
});

test('a login that ends is told of once, for as long as its node says so', () => {
  const at = (minutes: number, text: string) => ({ timeUs: NOW_US - minutes * MINUTE_US, kind: 13, text });
  const events = [at(800, 'x ends in 3 days'), at(80, 'x ends in 2 days'), at(80, 'x ends in 2 days')];
  expect(found(judgedLab({ guest1: { events } }))).toEqual(['credentials-end guest1  warning']);
  expect(found(judgedLab({ guest1: { events: [at(1500, 'renewed since')] } }))).toEqual([]);
});

test('missing reports are told of by what became of them', () => {
  const delivery = { gaps: 3, newlyLost: 1, newlyDead: 2 };
  expect(found(judgedLab({ guest1: { delivery } }))).toEqual([
    'delivery-gap guest1 lost critical',
    'delivery-gap guest1 refused warning',
    'delivery-gap guest1 gap warning',
  ]);
});

test('a guest that runs guests is not to be saved now', () => {
  const capability = { snapshotSafe: false, guestsRunning: 2 };
  expect(only(judgedLab({ guest1: { capability } })).summary).toBe(
    'Do not save, snapshot or migrate guest1 (layer 1) now: 2 guests run in it.',
  );
});

test('steal is told of with who takes it', () => {
  expect(only(judgedLab({ guest2: { stealRatio: 0.34 } }))).toMatchObject({ severity: 'critical' });
  expect(only(judgedLab({ guest2: { stealRatio: 0.12 } })).summary).toBe(
    '12 % of the CPU time of guest2 (layer 2) is stolen: guest1 (layer 1) runs other work or limits it.',
  );
});

test('a collector that is behind, or blind, is told of without a node', () => {
  expect(found(judgedLab({}, { pipeline: { pending: 50_000, influxError: 'refused' } }))).toEqual([
    'collector-behind  influxdb critical',
    'collector-behind  stream critical',
  ]);
});

describe('who runs a node is disputed', () => {
  const disputed = (count: number, claimants: (at: number) => string) => {
    const guest = judgedLab().nodes.get('guest1') as JudgedNode;
    const nodes = Array.from({ length: count }, (_, at) => ({ ...guest, node: `n${at}`, name: `n${at}` }));
    return judgedLab(
      {},
      { nodes: new Map(nodes.map((node, at) => [node.node, { ...node, dispute: claimants(at) }])) },
    );
  };

  test('one alert for all nodes that the same ones claim', () => {
    const finding = only(disputed(30, () => 'evil guest0'));
    expect(finding).toMatchObject({ rule: 'identity-conflict', node: '', subject: 'evil guest0', value: 30 });
    expect(finding.summary).toMatch(
      /^The parent of n0 \(layer 1\), .* and more is disputed: claimed by evil, guest0\./,
    );
    expect(only(disputed(1, () => 'evil guest0'))).toMatchObject({ node: 'n0', severity: 'warning' });
  });

  test('and not more than eleven for a lab', () => {
    expect(found(disputed(200, (at) => `evil${at}`))).toHaveLength(11);
  });
});
