import { expect, test } from 'vitest';
import { changesOf } from '../../../src/analysis/report/changes.ts';
import { renderMarkdown } from '../../../src/cli/report/render-markdown.ts';
import { renderTerminal } from '../../../src/cli/report/render-terminal.ts';
import { HOUR_US, places, report, results, START_US } from '../../support/report.ts';

test('the lasting change is dated, on the layer that changed', () => {
  expect(report.changes).toMatchObject([
    { node: 'guest1', stream: 'cpu.sha256', against: 'parent', timeUs: START_US + 30 * HOUR_US },
  ]);
  expect(report.changes[0]?.factor).toBeCloseTo(1.5, 1);
});

test('a download is named by the machine that it came from', () => {
  const from = results.map((each) => ({ ...each, benchmark: 'net.http', target: 'n1' }));
  const named = (node: string) => (node === 'n1' ? 'guest1' : node);
  const streams = changesOf(from, places, named).changes.map(({ stream }) => stream);
  expect(streams).toContain('net.http from guest1');
  const unknown = from.map((each) => ({ ...each, target: 'elsewhere' }));
  expect(changesOf(unknown, places, (node) => node).changes.map(({ stream }) => stream)).toContain(
    'net.http from elsewhere',
  );
});

test('a change below 1.1 is found and not listed', () => {
  const little = results.map((each) => {
    const isSlow = each.node === 'guest1' && each.timeUs >= START_US + 30 * HOUR_US;
    return { ...each, secondsPerUnit: (each.secondsPerUnit ?? 0) * (isSlow ? 1.06 / 1.5 : 1) };
  });
  const { changes, smallChanges } = changesOf(little, places, (node) => node);
  expect(changes).toEqual([]);
  expect(smallChanges).toMatchObject([{ node: 'guest1', timeUs: START_US + 30 * HOUR_US }]);
  expect(smallChanges[0]?.factor).toBeCloseTo(1.06, 1);
  const text = renderTerminal({ ...report, changes, smallChanges }, (_, plain) => plain);
  expect(text).toContain('none\n  1 more is smaller than 1.1 times: --json has it.\n');
  expect(renderMarkdown({ ...report, changes, smallChanges })).toContain('1 more is smaller than 1.1 times');
});
