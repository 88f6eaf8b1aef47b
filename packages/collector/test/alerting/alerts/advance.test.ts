import { describe, expect, test } from 'vitest';
import { advance } from '../../../src/alerting/alerts/advance.ts';
import type { Alert } from '../../../src/alerting/alerts/alert.ts';
import type { Situation } from '../../../src/alerting/alerts/situation.ts';
import type { Found } from '../../../src/alerting/rules/findings.ts';
import type { Severity } from '../../../src/read/severity.ts';
import { judgedLab, MINUTE_US, NOW_US } from '../../support/judged-lab.ts';

const SINKS = ['influxdb', 'nats', 'alertmanager'];

/** A lab in which time passes and one thing is found or not; keeps the alerts and notifies all sinks that are pending. */
function createTimeline(policy: { forMs: number; keepFiringForMs: number }) {
  let alerts: Alert[] = [];
  let nowUs = NOW_US;
  let silence: string | undefined;
  let isThere = true;
  const notified: string[] = [];
  return {
    silence(why: string | undefined) {
      silence = why;
    },
    /** The node is forgotten. */
    forget() {
      isThere = false;
    },
    notified,
    current: () => alerts[0],
    /** Passes time as JSON too, as a restart would. */
    step(minutes: number, severity: Severity | undefined) {
      nowUs += minutes * MINUTE_US;
      const found: Found[] =
        severity === undefined
          ? []
          : [
              {
                node: 'guest3',
                subject: 'cpu',
                rule: 'r',
                summary: 's',
                severity,
                policy: { off: false, ...policy, parameters: {} },
              },
            ];
      const situation: Situation = {
        view: judgedLab({}, { nowUs }),
        found,
        keepFiringForMs: () => policy.keepFiringForMs,
        sinksFor: () => SINKS,
        silencedBy: () => silence,
        isOfNobody: () => !isThere,
      };
      alerts = advance(JSON.parse(JSON.stringify(alerts)) as Alert[], situation).map((alert) => {
        for (const sink of alert.pendingSinks) notified.push(`${sink} ${alert.state} ${alert.severity}`);
        return { ...alert, pendingSinks: [] };
      });
      return alerts[0]?.state;
    },
  };
}

const all = (text: string) => SINKS.map((sink) => `${sink} ${text}`);

describe('an alert', () => {
  test('of a node that was forgotten is over at once, and those who heard of it are told', () => {
    const time = createTimeline({ forMs: 0, keepFiringForMs: 10 * 60_000 });
    expect([time.step(0, 'warning'), time.step(1, undefined)]).toEqual(['firing', 'firing']);
    time.forget();
    expect(time.step(1, undefined)).toBe('resolved');
    expect(time.notified.slice(SINKS.length)).toEqual(all('resolved warning'));
  });

  test('is pending, fires after its time, resolves after its time, and is forgotten after a day', () => {
    const time = createTimeline({ forMs: 5 * 60_000, keepFiringForMs: 10 * 60_000 });
    expect([time.step(0, 'warning'), time.step(4, 'warning'), time.step(1, 'warning')]).toEqual([
      'pending',
      'pending',
      'firing',
    ]);
    expect([time.step(1, undefined), time.step(9, undefined), time.step(1, undefined)]).toEqual([
      'firing',
      'firing',
      'resolved',
    ]);
    expect(time.step(23 * 60, undefined)).toBe('resolved');
    expect(time.step(2 * 60, undefined)).toBeUndefined();
    expect(time.notified).toEqual([...all('firing warning'), ...all('resolved warning')]);
  });

  test('that was only pending goes without a word', () => {
    const time = createTimeline({ forMs: 5 * 60_000, keepFiringForMs: 0 });
    time.step(0, 'warning');
    expect(time.step(1, undefined)).toBeUndefined();
    expect(time.notified).toEqual([]);
  });

  test('is told of again only when it gets graver, and keeps its gravest moment', () => {
    const time = createTimeline({ forMs: 0, keepFiringForMs: 0 });
    for (const severity of ['warning', 'warning', 'critical', 'warning', 'critical'] as const)
      time.step(1, severity);
    expect(time.current()?.severity).toBe('critical');
    expect(time.notified).toEqual([...all('firing warning'), ...all('firing critical')]);
  });

  test('is held while it comes and goes', () => {
    const time = createTimeline({ forMs: 0, keepFiringForMs: 0 });
    for (let at = 0; at < 20; at += 1) time.step(1, at % 2 === 0 ? 'warning' : undefined);
    expect(time.current()).toMatchObject({ state: 'firing', flapping: true });
    // Three times firing and twice over, to three sinks; then silence.
    expect(time.notified).toHaveLength(15);
    for (let at = 0; at < 16; at += 1) time.step(1, undefined);
    expect(time.current()?.state).toBe('resolved');
    expect(time.step(120, 'warning')).toBe('firing');
    expect(time.current()?.flapping).toBe(false);
  });
});

describe('a silence', () => {
  test('keeps everybody but the history from hearing, also of the end', () => {
    const time = createTimeline({ forMs: 0, keepFiringForMs: 0 });
    time.silence('paused for a snapshot');
    time.step(1, 'warning');
    expect(time.current()?.silencedBy).toBe('paused for a snapshot');
    time.step(1, undefined);
    expect(time.notified).toEqual(['influxdb firing warning', 'influxdb resolved warning']);
  });

  test('that ends while it fires lets it be told of then', () => {
    const time = createTimeline({ forMs: 0, keepFiringForMs: 0 });
    time.silence('work');
    time.step(1, 'warning');
    time.silence(undefined);
    time.step(1, 'warning');
    time.step(1, undefined);
    expect(time.notified).toEqual([
      'influxdb firing warning',
      ...all('firing warning'),
      ...all('resolved warning'),
    ]);
  });
});
