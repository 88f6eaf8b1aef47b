import { expect, test } from 'vitest';
import { missingFrom } from '../../../lab/live/bring-up-layers.ts';
import type { LayerRow } from '../../../lab/live/read-layers.ts';
import { renderLayers } from '../../../lab/live/render-layers.ts';

const row = (over: Partial<LayerRow>): LayerRow => ({
  node: 'n',
  name: 'guest0',
  layer: 0,
  parent: undefined,
  canHost: true,
  stealRatio: 0.125,
  clockRate: 10,
  skewSeconds: -3,
  samples: 7,
  benchmarks: {},
  ...over,
});

test('shows the layers side by side, benchmarks as multiples of the parent', () => {
  const text = renderLayers(
    [
      row({ benchmarks: { 'exit.cpuid': { secondsPerUnit: 2e-6, unit: 'exit' } } }),
      row({
        name: 'guest1',
        layer: 1,
        parent: 'guest0',
        canHost: undefined,
        stealRatio: undefined,
        benchmarks: { 'exit.cpuid': { secondsPerUnit: 3e-5, unit: 'exit' } },
      }),
    ],
    (_, each) => each,
  );
  const [titles, first, second] = text.split('\n');
  expect(titles).toMatch(/NODE +LAYER +PARENT +CAN HOST +STEAL +EXIT\.CPUID +CLOCK RATE +SAMPLES/);
  expect(first).toMatch(/guest0 +0 +- +yes +12\.5 % +2\.00 µs\/exit +10\.00 +7/);
  expect(second).toMatch(/guest1 +1 +guest0 +- +- +30\.0 µs\/exit \(×15\.0\)/);
});

test('says what a layer has not reported yet', () => {
  const benchmarks = ['cpu.sha256', 'disk.read'];
  expect(missingFrom(undefined, benchmarks)).toEqual(['capability', 'samples', ...benchmarks]);
  const some = { 'disk.read cold 16MiB': { secondsPerUnit: 1, unit: 'byte' } };
  expect(missingFrom(row({ benchmarks: some }), benchmarks)).toEqual(['cpu.sha256']);
});
