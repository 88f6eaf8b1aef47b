import { column } from '../catalogue.ts';
import { compared, type DashboardSpec, lines, words } from '../spec.ts';

const TIME = [column('nestwatch_benchmark', 'seconds_per_unit')];
const EXIT = [column('nestwatch_exit_latency', 'median_us')];
const TIMER = [column('nestwatch_timer_latency', 'median_us')];
const OF_BENCHMARKS = ['layer', 'name', 'benchmark', 'variant', 'target_name'];
const OF_PROBES = ['layer', 'name'];
const RARE = { sparse: true, scale: 'log' } as const;

const LIMITS = `Medians of the time range beside those of an earlier range of the same length, or of another lab, joined by layer and name of the machine. **Times** is the ratio of the times: above 1 is slower, for throughput as well.

These tables do not show the confidence of a ratio, its number of rounds, or changed benchmark settings. \`nestwatch compare LAB --before DATE\` does, and lists differences of the environment.`;

export const compare: DashboardSpec = {
  title: 'Compare',
  description:
    'This time with an earlier one, and this lab with another: medians, ratios, and both histories.',
  compares: true,
  range: '7d',
  refresh: '5m',
  items: [
    words('How to read it', { markdown: LIMITS, size: [24, 5] }),
    { row: 'With an earlier time' },
    compared('Benchmarks, earlier', {
      columns: TIME,
      with: 'earlier',
      split: OF_BENCHMARKS,
      how: 'Median time for one unit of each benchmark now, and in a range of the same length earlier. Set the distance in "Earlier by", such as 7d.',
      size: [24, 11],
    }),
    compared('Cost of an exit, earlier', {
      columns: EXIT,
      with: 'earlier',
      split: OF_PROBES,
      how: 'Median cost of an exit in each machine now and earlier. A change here affects everything that exits.',
    }),
    compared('Lateness of timers, earlier', {
      columns: TIMER,
      with: 'earlier',
      split: OF_PROBES,
      how: 'How late a short timer fires in each machine, now and earlier: the median of both times.',
    }),
    lines('Time per unit, now', {
      columns: TIME,
      how: 'Every result of the chosen time. The panel beside it shows the earlier time: look for differences.',
      ...RARE,
    }),
    lines('Time per unit, earlier', {
      columns: TIME,
      how: 'The same for the earlier time, set in "Earlier by". The axis shows the earlier dates.',
      instead: 'earlier',
      ...RARE,
    }),
    { row: 'With another lab' },
    compared('Benchmarks, two labs', {
      columns: TIME,
      with: 'other lab',
      split: OF_BENCHMARKS,
      how: 'Median time for one unit of each benchmark in this lab and in the other one, in machines of the same layer and name.',
      size: [24, 11],
    }),
    compared('Cost of an exit, two labs', {
      columns: EXIT,
      with: 'other lab',
      split: OF_PROBES,
      how: 'Median cost of an exit in machines of the same layer and name in both labs.',
    }),
    compared('Lateness of timers, two labs', {
      columns: TIMER,
      with: 'other lab',
      split: OF_PROBES,
      how: 'How late a short timer fires in machines of the same layer and name in both labs.',
    }),
    lines('Time per unit in the other lab', {
      columns: TIME,
      how: 'Every result of the chosen time in the other lab. The panel "Time per unit, now" shows this lab.',
      instead: 'other lab',
      ...RARE,
      size: [24, 9],
    }),
  ],
};
