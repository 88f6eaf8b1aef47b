import { defined } from '@nestwatch/common/defined';
import { describe, expect, test } from 'vitest';
import { type Found, findingsOf } from '../../../src/alerting/rules/findings.ts';
import type { Override } from '../../../src/alerting/rules/policy.ts';
import type { Notice } from '../../../src/analysis/detect/notices.ts';
import type { Standing } from '../../../src/analysis/detect/standing.ts';
import type { JudgedLab, JudgedNode } from '../../../src/analysis/judged-lab.ts';
import { judgedLab, MINUTE_US, NOW_US, slow, stream } from '../../support/judged-lab.ts';

const found = (view: JudgedLab, overrides: readonly Override[] = []) =>
  findingsOf(view, overrides).map(({ rule, node, subject, severity }) =>
    [rule, node, subject, severity].join(' '),
  );
const only = (view: JudgedLab): Found => {
  const all = findingsOf(view, []);
  expect(all).toHaveLength(1);
  return all[0] as Found;
};

test('a lab that is well gives no finding', () => {
  expect(found(judgedLab({ guest3: { streams: [stream('parent', {}), stream('self', {})] } }))).toEqual([]);
});

describe('slowdowns', () => {
  test('against the parent: who, how much, against whom, since when, and what could be missed', () => {
    const finding = only(judgedLab({ guest3: { streams: [stream('parent', slow(2.4))] } }));
    expect(finding).toMatchObject({
      rule: 'slowdown-parent',
      node: 'guest3',
      severity: 'critical',
      value: 2.4,
    });
    expect(finding.summary).toBe(
      "guest3 (layer 3) is 2.40 times slower than usual at cpu.sha256, compared with guest2 in the same rounds (2.88 times guest2's time instead of 1.20).",
    );
    expect(finding.details).toEqual([
      'Since 30 min ago.',
      'Usual from 40 rounds with a spread of ±5.0 %; slowdowns below 1.25 times could be missed.',
    ]);
  });

  test('since an upgrade, of the node or of a parent that changed just then', () => {
    const sinceUs = NOW_US - 30 * MINUTE_US;
    const changes = [
      { beforeUs: sinceUs - 60 * MINUTE_US, timeUs: sinceUs, phrases: ['kernel 6.1.0-37 → 6.12.117'] },
    ];
    const resultTimesUs = [sinceUs - 60 * MINUTE_US, sinceUs, NOW_US - 10 * MINUTE_US];
    const streams = [stream('parent', slow(2.4), { resultTimesUs })];
    expect(only(judgedLab({ guest3: { streams, changes } })).summary).toMatch(
      /instead of 1\.20\), since kernel 6\.1\.0-37 → 6\.12\.117 \(2027-01-15\)\.$/,
    );
    const above = judgedLab({ guest2: { changes }, guest3: { streams } });
    expect(only(above).summary).toContain("since guest2's kernel 6.1.0-37");
    const long = [{ ...changes[0], beforeUs: 0, timeUs: MINUTE_US, phrases: ['kernel 5 → 6'] }];
    expect(only(judgedLab({ guest3: { streams, changes: long } })).summary).not.toContain('since');
  });

  test('is told once when both comparisons found it', () => {
    const both = [stream('parent', slow(1.4)), stream('self', slow(1.4))];
    expect(found(judgedLab({ guest3: { streams: both } }))).toEqual([
      'slowdown-parent guest3 cpu.sha256 warning',
    ]);
  });

  test('of a download: the other machine by its name where people read, by its id where alerts are told apart', () => {
    const own = stream('self', slow(2.4), { benchmark: 'net.http', target: '4c4c4544' });
    const view = judgedLab({ guest3: { streams: [own] } });
    expect(only(view).summary).toContain('at net.http from 4c4c4544');
    const other = { ...judgedLab().nodes.get('guest1'), node: '4c4c4544', name: 'store' } as JudgedNode;
    const finding = only({ ...view, nodes: new Map([...view.nodes, ['4c4c4544', other]]) });
    expect(finding).toMatchObject({ node: 'guest3', subject: 'net.http from 4c4c4544' });
    expect(finding.summary).toContain('at net.http from store');
  });

  test('of the whole host does not blame guests: only layer 0 is told of, with who suffers', () => {
    const own = { streams: [stream('self', slow(2.4)), stream('parent', {})] };
    const view = judgedLab({
      guest0: { streams: [stream('self', slow(2.4))] },
      guest1: own,
      guest2: own,
      guest3: own,
    });
    const finding = only(view);
    expect(finding).toMatchObject({ rule: 'slowdown-self', node: 'guest0' });
    expect(finding.summary).toContain('the host is slow, and so are its guests guest1');
  });

  test('small ones and slow ones are information, and a warning when they are larger', () => {
    const noticed = (kind: Notice['kind'], size: number): Partial<Standing> => ({
      notice: {
        ...{ kind, size, sinceUs: NOW_US - 60 * MINUTE_US, rounds: 12, over: 1.05 },
        baseline: { count: 80, level: 0, spread: 0.05, correlation: 0 },
      },
    });
    const of = (standing: Partial<Standing>, parent: Partial<Standing> = standing) =>
      judgedLab({ guest3: { streams: [stream('self', standing), stream('parent', parent)] } });
    expect(found(of(noticed('small', 1.14)))).toEqual(['slowdown-small guest3 cpu.sha256 info']);
    expect(found(of(noticed('drift', 1.4)))).toEqual(['slowdown-small guest3 cpu.sha256 warning']);
    expect(only(of(noticed('small', 1.14))).summary).toBe(
      'guest3 (layer 3) is 1.14 times slower than usual at cpu.sha256, compared with guest2 in the same rounds over the last 12 rounds.',
    );
    expect(found(of(noticed('erratic', 3)))).toEqual(['erratic guest3 cpu.sha256 info']);
    expect(found(of(noticed('small', 1.2), {}))).toEqual([]);
    expect(found(of({ ...noticed('small', 1.2), ...slow(2.4) }))).toEqual([
      'slowdown-parent guest3 cpu.sha256 critical',
    ]);
  });

  test('old results say nothing', () => {
    const old = stream('parent', slow(3), { resultTimesUs: [NOW_US - 8 * 1440 * MINUTE_US] });
    expect(found(judgedLab({ guest3: { streams: [old] } }))).toEqual([]);
  });

  test('of probes explain rather than call', () => {
    const probe = stream('parent', slow(3), { benchmark: 'probe.exit-latency' });
    expect(found(judgedLab({ guest3: { streams: [probe] } }))).toEqual([
      'slowdown-parent guest3 probe.exit-latency info',
    ]);
  });

  test('a fixed limit holds until something is known, where one is set', () => {
    const young = (recent?: number, benchmark = 'cpu.sha256') => {
      const standing = {
        state: 'learning',
        samples: 2,
        ...defined({ recent }),
      } as const;
      return judgedLab({ guest3: { streams: [stream('parent', standing, { benchmark })] } });
    };
    expect(found(young(2.1))).toEqual(['slowdown-parent guest3 cpu.sha256 warning']);
    expect(found(young(4))).toEqual(['slowdown-parent guest3 cpu.sha256 critical']);
    expect(found(young(1.9))).toEqual([]);
    expect(found(young(undefined))).toEqual([]);
    expect(found(young(90, 'exit.cpuid'))).toEqual([]);
    const limit = (ratio: number): Override => ({
      rule: 'slowdown-parent',
      layer: 3,
      benchmark: 'exit.*',
      parameters: { 'first-ratio': ratio },
    });
    expect(found(young(90, 'exit.cpuid'), [limit(80)])).toEqual([
      'slowdown-parent guest3 exit.cpuid warning',
    ]);
    expect(found(young(90, 'exit.cpuid'), [limit(0)])).toEqual([]);
  });
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
    expect(finding.details).toEqual(['It says: no lease before the end: guest1 had it.']);
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
    'guest2 (layer 2) could run guests with KVM, and cannot any more: /dev/kvm does not open any more.',
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
    /^guest1 \(layer 1\) has nesting switched off by its own configuration, .*: a mitigation, and no loss\.$/,
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

test('a known way out of a guest is a warning that names it, and what is not known is none', () => {
  const open = (openEscapes: string) => judgedLab({ guest0: { capability: { openEscapes } } });
  expect(only(open('CVE-2026-53359 CVE-2026-64561'))).toMatchObject({
    rule: 'known-issue',
    node: 'guest0',
    subject: 'escape',
    severity: 'warning',
    value: 2,
    summary:
      'A guest of guest0 (layer 0) can take it over: CVE-2026-53359, CVE-2026-64561 are open in its kernel.',
  });
  for (const word of ['none', 'unknown', '']) expect(found(open(word))).toEqual([]);
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
    '12 % of the CPU time of guest2 (layer 2) is stolen: guest1 (layer 1) runs something else or limits it.',
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
      /^Who runs n0 \(layer 1\), .* and more is disputed: claimed by evil, guest0\./,
    );
    expect(only(disputed(1, () => 'evil guest0'))).toMatchObject({ node: 'n0', severity: 'warning' });
  });

  test('and not more than eleven for a lab', () => {
    expect(found(disputed(200, (at) => `evil${at}`))).toHaveLength(11);
  });
});
