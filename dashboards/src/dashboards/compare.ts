import { column } from '../catalogue.ts';
import { compared, type DashboardSpec, lines, words } from '../spec.ts';

const TIME = [column('nestwatch_benchmark', 'seconds_per_unit')];
const EXIT = [column('nestwatch_exit_latency', 'median_us')];
const TIMER = [column('nestwatch_timer_latency', 'median_us')];
const OF_BENCHMARKS = ['layer', 'name', 'benchmark', 'variant', 'target_name'];
const OF_PROBES = ['layer', 'name'];
const RARE = { sparse: true, scale: 'log' } as const;

const LIMITS = `The middle of the time range beside that of as long a range earlier, or of another lab, joined by layer and name of the machine. **Times** is how many times as long it takes: above 1 is slower, for throughput as well.

These tables do not know how sure a ratio is, how many rounds are behind it, or whether the settings of a benchmark changed in between. \`nestwatch compare LAB --before DATE\` does, and names what differs in the environment.`;

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
      how: 'Median time for one unit of each benchmark now, and in the same length of time earlier by what is typed in "Earlier by", such as 7d.',
      size: [24, 11],
    }),
    compared('Cost of an exit, earlier', {
      columns: EXIT,
      with: 'earlier',
      split: OF_PROBES,
      how: 'Median cost of an exit in each machine now and earlier: what changes here changes all that exits.',
    }),
    compared('Lateness of timers, earlier', {
      columns: TIMER,
      with: 'earlier',
      split: OF_PROBES,
      how: 'How late a short timer fires in each machine, now and earlier: the median of both times.',
    }),
    lines('Time per unit, now', {
      columns: TIME,
      how: 'Every result of the chosen time. The panel beside it has the same of the earlier one: look for what is not as it was.',
      ...RARE,
    }),
    lines('Time per unit, earlier', {
      columns: TIME,
      how: 'The same, earlier by what is typed in "Earlier by". The axis has the dates of then.',
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
      how: 'Every result of the chosen time in the other lab. The panel "Time per unit, now" has those of this one.',
      instead: 'other lab',
      ...RARE,
      size: [24, 9],
    }),
  ],
};
