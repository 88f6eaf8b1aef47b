import { expect, test } from 'vitest';
import { changesOf } from '../../../src/analysis/report/changes.ts';
import { HOUR_US, places, report, results, START_US } from '../../support/report.ts';

test('the lasting change is dated, on the layer that changed', () => {
  expect(report.changes).toMatchObject([
    { node: 'guest1', stream: 'cpu.sha256', against: 'parent', timeUs: START_US + 30 * HOUR_US },
  ]);
  expect(report.changes[0]?.factor).toBeCloseTo(1.5, 1);
});

test('a download is named by the machine that it came from', () => {
  const from = results.map((each) => ({ ...each, benchmark: 'net.http', target: 'n1' }));
  const streams = changesOf(from, places, (node) => (node === 'n1' ? 'guest1' : node)).map(
    ({ stream }) => stream,
  );
  expect(streams).toContain('net.http from guest1');
  const unknown = from.map((each) => ({ ...each, target: 'elsewhere' }));
  expect(changesOf(unknown, places, (node) => node).map(({ stream }) => stream)).toContain(
    'net.http from elsewhere',
  );
});
