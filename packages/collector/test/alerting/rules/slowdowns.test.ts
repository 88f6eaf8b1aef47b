import { defined } from '@nestwatch/common/defined';
import { describe, expect, test } from 'vitest';
import type { Override } from '../../../src/alerting/rules/policy.ts';
import type { Notice } from '../../../src/analysis/detect/notices.ts';
import type { Standing } from '../../../src/analysis/detect/standing.ts';
import type { JudgedNode } from '../../../src/analysis/judged-lab.ts';
import { found, only } from '../../support/findings.ts';
import { judgedLab, MINUTE_US, NOW_US, slow, stream } from '../../support/judged-lab.ts';

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
      'Usual from 40 rounds with a spread of ±5.0 %; slowdowns below 1.25 times may be missed.',
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
    expect(finding.summary).toContain('the host is slow, and its guests guest1');
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
