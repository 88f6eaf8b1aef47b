import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CASCADES, recordingOf } from '../support/cascades.ts';
import { recordedSample } from '../support/recorded-sample.ts';
import { FIXTURES } from '../support/replay.ts';

/** Recorded machines; `nestwatch-agent probe --record` makes more. */
const MACHINES = [
  'this-machine',
  ...CASCADES.flatMap(({ cascade, kernels }) => kernels.map((_, layer) => recordingOf(cascade, layer))),
];

/** What is measured on the machine that runs the test, not read from the recording. */
const MEASURED = new Set(['durationUs', 'readUs', 'timerLatency']);

/**
 * The sample that an agent would send from a recorded machine. When a change is meant:
 * `npx vitest run packages/agent/test/probes/index.test.ts -u`.
 */
test.each(MACHINES)('the sample of %s', async (name) => {
  const sample = await recordedSample(name);
  const text = JSON.stringify(sample, (key, value) => (MEASURED.has(key) ? 'measured' : value), 2);
  await expect(`${text}\n`).toMatchFileSnapshot(join(FIXTURES, name, 'sample.json'));
});
