import { describe, expect, test } from 'vitest';
import { learnBaseline } from '../../../src/analysis/detect/baseline.ts';
import { told, withStep } from '../../../src/analysis/detect/injected.ts';
import { TRACK_LIMITS } from '../../../src/analysis/detect/limits.ts';
import type { Observation } from '../../../src/analysis/detect/observation.ts';
import { standing } from '../../../src/analysis/detect/standing.ts';
import { minimumDetectable } from '../../../src/analysis/detect/step.ts';
import { accept, FRESH, type Track, track } from '../../../src/analysis/detect/tracker.ts';
import { raisedAt, share } from './error-rates.ts';
import { simulate } from './simulation.ts';

const quiet = simulate({ kind: 'gaussian', noise: 0.05, rounds: 60, seed: 11 });
const replay = (series: readonly Observation[], from: Track = FRESH) =>
  series.reduce((state, seen) => track(state, seen), from);

describe('a stream', () => {
  test('judges nothing before it has a baseline, and says that it is learning', () => {
    const now = standing(replay(withStep(quiet, 5, 3).slice(0, 10)));
    expect(now).toMatchObject({ state: 'learning', samples: 7 });
    expect(now.slowdown).toBeUndefined();
    expect(now.recent).toBeCloseTo(3, 0);
    expect(standing(replay(quiet.slice(0, 2))).recent).toBeUndefined();
  });

  test('publishes baseline, spread and minimum detectable change', () => {
    const now = standing(replay(quiet));
    expect(now.state).toBe('steady');
    expect(now.usual).toBeCloseTo(1, 1);
    expect(now.spread).toBeGreaterThan(1.03);
    expect(now.spread).toBeLessThan(1.08);
    expect(now.minimumDetectable).toBeGreaterThan(1.2);
    expect(now.minimumDetectable).toBeLessThan(1.4);
    expect(now.samples).toBe(57);
  });

  test('is raised at the third slow round, says how slow, and since when', () => {
    const slow = withStep(quiet, 40, 2.4);
    expect(raisedAt(slow)).toEqual([42]);
    const now = standing(replay(slow.slice(0, 45)));
    expect(now.state).toBe('slow');
    expect(now.slowdown).toBeCloseTo(2.4, 0);
    expect(now.sinceUs).toBe(slow[40]?.timeUs);
  });

  test('does not learn a slowdown as normal however long it lasts, and clears after it', () => {
    const long = [...quiet, ...quiet, ...quiet, ...quiet].map((seen, at) => ({ ...seen, timeUs: at }));
    const slow = withStep(long, 60, 1.6);
    expect(standing(replay(slow)).state).toBe('slow');
    const healed = [...slow, ...quiet.slice(0, 6)];
    expect(standing(replay(healed)).state).toBe('steady');
    expect(standing(replay(healed)).usual).toBeCloseTo(1, 1);
  });

  test('starts anew when the machine changed', () => {
    const other = quiet.map((seen) => ({ ...seen, machine: 'more vCPUs', own: seen.own + 1 }));
    expect(standing(replay([...quiet, ...other.slice(0, 5)])).state).toBe('learning');
  });

  test('neither judges nor learns disturbed results', () => {
    const disturbed = withStep(quiet, 40, 2).map((seen, at) => ({
      ...seen,
      ...(at >= 40 && { disturbed: 'void' as const }),
    }));
    const state = replay(disturbed);
    expect(standing(state).state).toBe('steady');
    expect(state.now.levels.level.judged.at(-1)?.timeUs).toBe(quiet[39]?.timeUs);
  });

  test('judges results under load, and does not learn them as normal', () => {
    const loaded = withStep(quiet, 40, 2).map((seen, at) => ({
      ...seen,
      ...(at >= 40 && { disturbed: 'loaded' as const }),
    }));
    expect(standing(replay(loaded)).state).toBe('slow');
    const slight = withStep(quiet, 40, 1.1).map((seen, at) => ({
      ...seen,
      ...(at >= 40 && { disturbed: 'loaded' as const }),
    }));
    expect(standing(replay(slight)).samples).toBe(40);
  });

  test('learns from results under load where there are no others', () => {
    const always = quiet.map((seen) => ({ ...seen, disturbed: 'loaded' as const }));
    expect(standing(replay(always)).state).toBe('steady');
  });

  test('takes a lasting speed-up as the new normal, so that the way back is seen', () => {
    const faster = withStep(quiet, 20, 0.5);
    expect(standing(replay(faster)).usual).toBeCloseTo(0.5, 1);
    expect(raisedAt([...faster, ...quiet.slice(0, 5)])).toHaveLength(1);
  });

  test('gives the same state when the history is replayed in two parts, as after a restart', () => {
    const slow = withStep(quiet, 40, 1.8);
    const half = JSON.parse(JSON.stringify(replay(slow.slice(0, 43)))) as Track;
    expect(replay(slow.slice(43), half)).toEqual(replay(slow));
  });
});

test('a slow host, in which parent and guest slow down alike, raises nothing', () => {
  const host = quiet.map((seen, at) =>
    at < 40 ? seen : { ...seen, own: seen.own + Math.log(2.4), reference: seen.reference + Math.log(2.4) },
  );
  expect(raisedAt(host)).toEqual([]);
});

test('a parent that is busy in one round does not hide a slowdown of its guest', () => {
  const slow = withStep(quiet, 40, 1.6);
  const busy = slow.map((seen, at) => (at === 41 ? { ...seen, reference: seen.reference + 0.7 } : seen));
  expect(raisedAt(busy)).toEqual([42]);
});

test('one or two wild results raise nothing', () => {
  const wild = quiet.map((seen, at) =>
    at === 40 || at === 42 ? { ...seen, own: seen.own + Math.log(3) } : seen,
  );
  expect(raisedAt(wild)).toEqual([]);
});

test('the minimum detectable change is what it says: found in 95 of 100 cases', () => {
  let hits = 0;
  const tries = 200;
  for (let seed = 0; seed < tries; seed += 1) {
    const series = simulate({ kind: 'gaussian', noise: 0.1, rounds: 63, seed });
    const before = replay(series.slice(0, 60));
    const factor = standing(before).minimumDetectable ?? Number.NaN;
    if (replay(withStep(series, 60, factor).slice(60), before).now.raised !== undefined) hits += 1;
  }
  expect(share(hits, tries).high).toBeGreaterThanOrEqual(0.95);
  expect(share(hits, tries).low).toBeGreaterThan(0.88);
});

test('a spread that few values understate is not trusted', () => {
  const few = minimumDetectable(learnBaseline([0, 0.01, 0, 0.01, 0, 0.01, 0, 0.01]));
  const many = minimumDetectable(learnBaseline(Array.from({ length: 80 }, (_, at) => (at % 2) * 0.01)));
  expect(few).toBeGreaterThanOrEqual(many);
  expect(many).toBeGreaterThan(1.2);
});

describe('over a change of environment', () => {
  const upgraded = (series: readonly Observation[], at: number, environment = 'new kernel') =>
    series.map((seen, round) => (round < at ? seen : { ...seen, environment }));
  const long = simulate({ kind: 'gaussian', noise: 0.05, rounds: 140, seed: 5 });

  test('a step at it is found in three rounds, whenever it happens', () => {
    for (let at = 20; at < 60; at += 5) {
      const [first = 0, ...more] = raisedAt(upgraded(withStep(quiet, at, 1.5), at));
      expect(first).toBeGreaterThan(at);
      expect(first).toBeLessThanOrEqual(at + 2);
      expect(more).toEqual([]);
    }
  });

  test('nothing is told of where nothing became slower, and what is usual goes on', () => {
    const series = upgraded(upgraded(long, 40), 90, 'newer kernel');
    expect(raisedAt(series)).toEqual([]);
    expect(standing(replay(series)).samples).toBeGreaterThan(90);
  });

  test('what is raised stays raised, through further changes, until it is over', () => {
    const slow = upgraded(upgraded(withStep(quiet, 30, 2), 35), 40, 'newer kernel');
    expect(standing(replay(slow.slice(0, 50)))).toMatchObject({
      state: 'slow',
      sinceUs: slow[30]?.timeUs,
    });
    const healed = slow.map((seen, at) =>
      at < 50 ? seen : { ...(quiet[at] as Observation), environment: 'x' },
    );
    expect(standing(replay(healed)).state).toBe('steady');
  });

  test('upgrades in quick succession blind nobody', () => {
    const series = withStep(quiet, 50, 1.6).map((seen, at) =>
      at < 20 ? seen : { ...seen, environment: `kernel ${Math.floor(at / 4)}` },
    );
    expect(raisedAt(series)).toEqual([52]);
  });

  test('a faster environment has its own level, and the old one comes back with its own', () => {
    const series = upgraded(withStep(long, 40, 0.6), 40).map((seen, at) =>
      at < 80 ? seen : (long[at] as Observation),
    );
    expect(standing(replay(series.slice(0, 80))).usual).toBeCloseTo(0.6, 1);
    expect(standing(replay(series.slice(0, 81))).usual).toBeCloseTo(1, 1);
    expect(raisedAt(series)).toEqual([]);
  });

  test('two agents of one node do not hide that one of them is slow', () => {
    const mixed = long.map((seen, at) =>
      at % 2 === 0 || at < 40 ? seen : { ...seen, own: seen.own + Math.log(2), environment: 'the clone' },
    );
    expect(raisedAt(mixed)).toHaveLength(1);
    expect(standing(replay(mixed)).state).toBe('slow');
  });

  test('another machine starts anew, and the old one comes back as it was', () => {
    const other = (seen: Observation) => ({ ...seen, machine: 'other', own: seen.own + 1 });
    const series = withStep(long, 30, 2).map((seen, at) => (at < 40 || at >= 60 ? seen : other(seen)));
    expect(standing(replay(series.slice(0, 45))).state).toBe('learning');
    expect(standing(replay(series.slice(0, 60))).state).toBe('steady');
    expect(standing(replay(series.slice(0, 61)))).toMatchObject({
      state: 'slow',
      sinceUs: series[30]?.timeUs,
    });
  });
});

describe('an operator accepts', () => {
  const slow = withStep(quiet, 40, 1.6);

  test('a raised slowdown as the new normal: it is over, and what is slower still is found', () => {
    const accepted = accept(replay(slow.slice(0, 45)));
    expect(standing(accepted)).toMatchObject({ state: 'steady' });
    expect(standing(accepted).usual).toBeCloseTo(1.6, 0);
    const on = replay(slow.slice(45), accepted);
    expect(standing(on).state).toBe('steady');
    const worse = withStep(slow, 50, 1.6);
    expect(standing(replay(worse.slice(45, 53), accepted)).state).toBe('slow');
  });

  test('what is steady or still being learned without harm', () => {
    expect(standing(accept(replay(quiet))).state).toBe('steady');
    expect(accept(replay(quiet.slice(0, 5)))).toEqual(replay(quiet.slice(0, 5)));
    expect(accept(FRESH)).toEqual(FRESH);
  });
});

describe('the long look', () => {
  const rounds = (noise: number, count = 160) =>
    simulate({ kind: 'gaussian', noise, rounds: count, seed: 21 });
  const noticed = (series: readonly Observation[]) =>
    told(series)
      .filter(({ kind }) => kind !== 'step')
      .map(({ kind, round }) => `${kind} ${round}`);
  const noticeOf = (series: readonly Observation[]) => standing(replay(series)).notice;

  test('tells of a step of 1.15 within ten rounds, with its size and beginning, until it is over', () => {
    const series = withStep(rounds(0.04), 80, 1.17);
    const [first, ...more] = noticed(series);
    expect(first).toMatch(/^small 8[3-9]$/);
    expect(more).toEqual([]);
    expect(noticeOf(series)?.size).toBeCloseTo(1.17, 1);
    const over = [...series, ...rounds(0.04).slice(0, 12)];
    expect(noticeOf(over)).toBeUndefined();
  });

  test('tells of a step of 1.1 over twelve rounds, also at an upgrade', () => {
    const series = withStep(rounds(0.03), 80, 1.13).map((seen, at) =>
      at < 80 ? seen : { ...seen, environment: 'new kernel' },
    );
    expect(noticed(series)).toEqual([expect.stringMatching(/^small (8[6-9]|9[0-5])$/)]);
  });

  test('tells of a drift by which three rounds are never slower than those before', () => {
    const slope = Math.log(1.6) / 200;
    const series = rounds(0.05, 300).map((seen, at) => ({
      ...seen,
      own: seen.own + slope * Math.max(0, at - 100),
    }));
    expect(told(series).length).toBeGreaterThan(0);
    expect(noticeOf(series)?.size).toBeGreaterThan(1.2);
  });

  test('tells that results scatter more, and is not misled by it', () => {
    const series = rounds(0.04).map((seen, at) =>
      at < 100 ? seen : { ...seen, own: seen.own * 4, reference: seen.reference * 4 },
    );
    expect(noticed(series)[0]).toMatch(/^erratic 1[01]\d$/);
    expect(raisedAt(series)).toEqual([]);
  });

  test('leaves probes alone', () => {
    const series = withStep(rounds(0.04), 80, 1.15);
    const quietly = { ...TRACK_LIMITS, notices: false };
    expect(told(series, quietly)).toEqual([]);
  });

  test('ends when an operator accepts, and when the environment that it was measured in is left', () => {
    const series = withStep(rounds(0.04), 80, 1.17).slice(0, 100);
    expect(standing(accept(replay(series))).notice).toBeUndefined();
    expect(standing(accept(replay(series))).usual).toBeCloseTo(1.17, 1);
  });
});

describe('a step below 1.3', () => {
  test('waits two rounds more, so that an episode of three is none', () => {
    const step = (to: number) =>
      quiet.map((seen, at) => (at < 40 || at >= to ? seen : { ...seen, own: seen.own + 0.24 }));
    expect(raisedAt(step(43))).toEqual([]);
    const [first = 0] = raisedAt(step(60));
    expect(first).toBeGreaterThanOrEqual(43);
    expect(first).toBeLessThanOrEqual(46);
    expect(standing(replay(step(60).slice(0, 50))).sinceUs).toBe(quiet[40]?.timeUs);
  });
});
