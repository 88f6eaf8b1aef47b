import { expect, test } from 'vitest';
import { parseRun } from './evidence/parse-run.ts';

test('a fault run is read from its last sentence', () => {
  const said =
    'stderr | test/faults\nseed 7: 2890 messages, all in InfluxDB once, after 2 × NATS killed, 11 × agent cut off\n';
  expect(parseRun(said)).toEqual({ seed: 7, messages: 2890, faults: 13, kinds: 2 });
});

test('a run that did not come to its end says nothing', () => {
  expect(parseRun('seed 7: every number in InfluxDB')).toBeUndefined();
});
