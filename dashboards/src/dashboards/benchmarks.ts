import {
  ARTICLE_BIG_INSTALLATION,
  ARTICLE_FINDINGS,
  ARTICLE_SHELL_LOOP,
  ARTICLE_SLIM_INSTALLATION,
  type ArticleInstallation,
  stepsOf,
} from '@nestwatch/proto/article';
import { column } from '../catalogue.ts';
import { LAYER_COLOURS } from '../colours.ts';
import type { Where } from '../influxql.ts';
import { type DashboardSpec, type Lines, lines, states, table, words } from '../spec.ts';

const result = [column('nestwatch_benchmark', 'seconds_per_unit')];
const split = ['layer', 'name', 'node', 'variant'];
/** Rare points, log axis because layers differ by factors. */
const RARE = { sparse: true, scale: 'log' } as const;
const RATIO = { ...RARE, unit: 'suffix: x' } as const;

/** Results of one benchmark over time. */
function results(title: string, benchmark: string | RegExp, how: string, more: Partial<Lines> = {}): Lines {
  return lines(title, {
    how,
    columns: result,
    where: { benchmark },
    split,
    aggregate: 'median',
    ...RARE,
    ...more,
  });
}

/** The same as times of the parent's, in the same round; dashed lines are what the article found. */
function toParent(title: string, where: Where, how: string, found: Lines['references'] = []): Lines {
  return lines(`${title}, to the parent`, {
    how: `Time divided by the parent's in the same round: 1 is as fast as the parent. ${how}`,
    columns: [column('nestwatch_benchmark', 'vs_parent')],
    where,
    split,
    ...RATIO,
    ...(found.length > 0 && { references: found }),
  });
}

/** Time per byte, shown as bytes per second. */
const THROUGHPUT = { inverse: { label: 'throughput' }, unit: 'binBps' } as const;

/** The article's slowdowns to the parent, by layer. */
const LOOP = ['1', ...texts(ARTICLE_SHELL_LOOP)];
const SLIM = ['1', '', ...texts(stepsOf(ARTICLE_SLIM_INSTALLATION))];
const BIG = ['1', '', ...texts(stepsOf(ARTICLE_BIG_INSTALLATION))];

function texts(ratios: readonly number[]): string[] {
  return ratios.map((ratio) => ratio.toFixed(2));
}

/** A dashed line at an article's figure, in the colour of its layer. */
function reference(steps: readonly string[], layer: number) {
  return { value: Number(steps[layer]), colour: LAYER_COLOURS[layer] ?? '' };
}

function installationRow(installation: ArticleInstallation): string {
  const { packages, seconds } = installation;
  const cells = [...seconds.map((each) => `${each} s`), ...texts(stepsOf(installation))];
  return `| install, ${packages} packages | | ${cells.join(' | ')} |`;
}

const ARTICLE = `For orientation: measurements of the article on Intel hardware with Fedora 26 and RHEL 7.4:

| | guest0 | guest1 | guest2 | guest3 | guest2 : guest1 | guest3 : guest2 |
|---|---|---|---|---|---|---|
${[ARTICLE_SLIM_INSTALLATION, ARTICLE_BIG_INSTALLATION].map(installationRow).join('\n')}
| shell loop, against the parent | 1 | ${ARTICLE_SHELL_LOOP.map((ratio) => `+${((ratio - 1) * 100).toFixed(0)} %`).join(' | ')} | ${LOOP[2]} | ${LOOP[3]} |
| cold read | 550 MB/s at any size | faster than guest0: the parent's cache | as guest1 | lowest | | |
| warm read | steady until the data exceeds RAM | as guest0 | as guest0 | slower | | |
| SHA-256 of 2 GB | 1 | about 1 | about 1 | much slower, erratic | | |
| HTTP, 2.5 GB | falls with distance | | | lowest | | |`;

export const benchmarks: DashboardSpec = {
  title: 'Benchmarks',
  description:
    "The article's measurements, repeated on schedule: time per unit in every layer, and ratios to the parent.",
  range: '7d',
  refresh: '5m',
  items: [
    lines('Slowdown to the parent', {
      columns: [column('nestwatch_benchmark', 'vs_parent')],
      how: `Time of the same benchmark in the same round, divided by the parent's: 1 is as fast as the parent. The dashed lines are the article's shell loop, guest1 to guest0 (${LOOP[1]}) and guest3 to guest2 (${LOOP[3]}), and its installation, guest3 to guest2 (${BIG[3]}).`,
      ...RATIO,
      references: [reference(LOOP, 1), reference(LOOP, 3), reference(BIG, 3)],
      size: [24, 11],
    }),
    lines('Slowdown to layer 0', {
      columns: [column('nestwatch_benchmark', 'vs_base')],
      how: 'Time of the same benchmark in the same round, divided by the time in layer 0: the cost of the whole cascade at that depth.',
      ...RATIO,
      size: [24, 9],
    }),
    table('Slowdown', {
      how: 'The verdict on each benchmark: the newest rounds divided by the baseline, against its own past (self), its parent in the same round (parent) or layer 0 (base). The spread of one round and the smallest visible slowdown show how reliable it is.',
      split: ['layer', 'name', 'node', 'benchmark', 'variant', 'target', 'against'],
      unit: 'suffix: x',
      size: [24, 11],
    }),
    words("The article's values", { markdown: ARTICLE, size: [24, 9] }),
    { row: 'Processor' },
    results(
      'SHA-256',
      'cpu.sha256',
      'Seconds per byte for hashing data in memory, which only computes. Look at the spread of the points: the layers are close together, and the deepest one scatters.',
    ),
    toParent(
      'SHA-256',
      { benchmark: 'cpu.sha256' },
      'The article: guest1 and guest2 almost 1, guest3 well above it and erratic.',
    ),
    results(
      'Shell loop',
      /^cpu\.shell/,
      'Seconds per turn of a counting loop in bash, and per spawned process. Nesting makes spawning expensive, because each change of a page table costs exits.',
    ),
    toParent(
      'Shell loop',
      { benchmark: /^cpu\.shell/ },
      `Dashed is the article's loop: guest1 ${LOOP[1]}, guest2 ${LOOP[2]}, guest3 ${LOOP[3]}, in the colours of the layers.`,
      [reference(LOOP, 2), reference(LOOP, 1), reference(LOOP, 3)],
    ),
    { row: 'Reads' },
    results(
      'Cold reads',
      'disk.read',
      'Bytes per second with caches dropped, by size. A guest may be faster than its hypervisor: the caches below it are warm.',
      { where: { benchmark: 'disk.read', variant: /cold/ }, ...THROUGHPUT },
    ),
    toParent(
      'Cold reads',
      { benchmark: 'disk.read', variant: /cold/ },
      'Below 1 in guest1: it reads from the cache of its parent, as in the article.',
    ),
    results(
      'Warm reads',
      'disk.read',
      "Seconds per byte of the repeated read, by size. Steady until the size exceeds the machine's memory; then it is as slow as cold.",
      { where: { benchmark: 'disk.read', variant: /warm/ }, ...THROUGHPUT },
    ),
    toParent(
      'Warm reads',
      { benchmark: 'disk.read', variant: /warm/ },
      'Near 1 while the data fits in both memories. It jumps at the size that no longer fits in the guest.',
    ),
    { row: 'Network and installation' },
    table('Network matrix', {
      how: 'Bytes per second of an HTTP download, median over the time range: one row for each reading machine, one column for each serving one. Neighbours are fast, and each layer in between costs.',
      columns: result,
      where: { benchmark: 'net.http' },
      split: ['layer', 'name', 'node', 'target_name'],
      aggregate: 'median',
      matrix: { columns: 'target_name', rows: 'machine' },
      ...THROUGHPUT,
    }),
    results(
      'Network over time',
      'net.http',
      'The same downloads as lines, one for each pair of reading and serving machine. If one pair falls alone, the cause is a hop that only this pair uses. If all pairs across one layer fall, the cause is that layer.',
      { split: ['layer', 'name', 'node', 'target', 'target_name'], ...THROUGHPUT },
    ),
    results(
      'Installation and boot',
      /^guest\./,
      `Seconds to install or to boot a guest. The article: ${ARTICLE_FINDINGS['guest.install']}`,
    ),
    toParent(
      'Installation and boot',
      { benchmark: /^guest\./ },
      `Only repeated benchmarks have a ratio; a guest's own installation is in the previous panel. Dashed lines are the article's installations of 483 packages: guest2 ${SLIM[2]} times guest1, guest3 ${SLIM[3]} times guest2.`,
      [reference(SLIM, 2), reference(SLIM, 3)],
    ),
    { row: 'Everything' },
    lines('Time per unit', {
      how: 'Every benchmark, variant and target. Choose one node, or click a name below to isolate it.',
      ...RARE,
      size: [24, 12],
    }),
    states('Outcomes', {
      how: 'Outcome of each round. "Skipped" and "absent" are normal if a machine cannot measure; "failed" is not.',
      aggregate: 'last',
      sparse: true,
      size: [24, 12],
    }),
  ],
};
