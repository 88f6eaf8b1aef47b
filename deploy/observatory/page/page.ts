import { bandsOf } from '../bands/bands.ts';
import type { Counts } from '../counts.ts';
import type { ObservedSet } from '../result.ts';
import { BASE, baseIndex } from '../table/base.ts';
import { cellOf, compared, type Row, rowsOf } from '../table/cell.ts';
import { cellText, figure } from '../table/words.ts';
import { type WorkName, workOf } from '../works/list.ts';
import { workChart } from './chart.ts';
import { LIKELY_COMMITS } from './commits.ts';
import { conclusions } from './conclusions.ts';

/** What is drawn, as far as it was counted: the works that tell most. */
const CHARTS: readonly { readonly work: WorkName; readonly layer: number }[] = [
  { work: 'cpuid', layer: 2 },
  { work: 'timer', layer: 2 },
  { work: 'boot', layer: 2 },
  { work: 'cpuid', layer: 3 },
  { work: 'timer', layer: 3 },
  { work: 'boot', layer: 3 },
];

const fileOf = ({ work, layer }: (typeof CHARTS)[number]) => `observatory-${work}-guest${layer}.svg`;

/** The pictures of the page, by file name. */
export function charts(sets: readonly ObservedSet[]): ReadonlyMap<string, string> {
  return new Map(
    CHARTS.flatMap((each) => {
      const chart = workChart(sets, workOf(each.work), each.layer);
      return chart === undefined ? [] : [[fileOf(each), `${chart}\n`] as const];
    }),
  );
}

/** docs/evidence/observatory.md, out of what was observed. */
export function observatoryPage(sets: readonly ObservedSet[]): string {
  const pictures = charts(sets);
  const shown = CHARTS.filter((each) => pictures.has(fileOf(each)));
  return [
    '# What each kernel costs each layer\n',
    INTRODUCTION,
    '## What it says for the choice of a kernel\n',
    ...conclusions(sets).map((sentence, at) => `${at + 1}. ${sentence}`),
    '',
    '## Pictures\n',
    ...shown.map(
      (each) =>
        `Exits at guest0 for one ${workOf(each.work).piece} in guest${each.layer}:\n\n![exits at guest0 for one ${workOf(each.work).piece} in guest${each.layer}](../images/${fileOf(each)})\n`,
    ),
    '## The table\n',
    LEGEND,
    table(sets),
    '## By reason\n',
    'Exits at guest0 for one piece of work in guest2, by reason; those below a hundredth of all are left out. `-`: this kernel does not say why.\n',
    reasonTable(sets, 'cpuid', 2),
    reasonTable(sets, 'timer', 2),
    '## Likely commits\n',
    commitTable(),
    '## What is usual for a pair of kernels\n',
    BANDS,
    bandTable(sets),
    '## What was run\n',
    runTable(sets),
    uncounted(sets),
  ].join('\n');
}

const INTRODUCTION = `Made by \`npm run observe\`, which boots the [lab](../use/lab.md) with each kernel and counts what small pieces of work cost the layers
above. The lab emulates an AMD CPU with SVM, nested paging and vGIF. Times under emulation are only
indications. Counts are exact: they belong to the code of the kernels, and a machine with these features makes the same exits.
On other machines, Intel's above all, they are other ones.

\`\`\`sh
npm run observe                                               # every series that Debian's mirror has; goes on where it was interrupted
npm run observe -- --kernel 6.12 --kernel 7.3                 # these two
npm run observe -- --kernel guest0=7.3,guest1=6.1,guest2=6.1,guest3=6.1
npm run observe -- page                                       # this page out of the results in docs/evidence/observatory
\`\`\`
`;

const LEGEND = `Exits for one piece of work: at guest0 ‹ at guest1 ‹ at guest2. \`×\` is guest0's figure against kernel ${BASE} in all layers, in bold
above 10 % of change. \`~\`: two repetitions did not agree within 2 %. Names with commas are cascades of several kernels, guest0 first.
The cost of idling is that of one second of the lab. The exits of ticks and of the counting itself are subtracted; less than a
tenth of an exit is shown as 0, and so is what idling hides.
`;

function table(sets: readonly ObservedSet[]): string {
  const base = baseIndex(sets);
  const cells = ({ cells: all }: Row) =>
    sets.map((_, at) => {
      const change = at === base ? undefined : compared(all[at], all[base]);
      if (change === undefined) return cellText(all[at]);
      const ratio = `×${figure(change.ratio)}`;
      return `${cellText(all[at])} ${change.isMarked ? `**${ratio}**` : ratio}`;
    });
  const rows = rowsOf(sets).map((row) => [row.work.title, `guest${row.layer}`, ...cells(row)]);
  return markdown(['work', 'in', ...sets.map(({ name }) => name)], rows);
}

function commitTable(): string {
  const rows = LIKELY_COMMITS.map(({ commit, subject, since, explains }) => [
    `[${commit}](https://git.kernel.org/linus/${commit})`,
    subject,
    since,
    explains,
  ]);
  return markdown(['commit', 'subject', 'since', 'explains'], rows);
}

const BANDS = `Exits at the parent for each exit of the machine's own guests: \`amplification\` of [metrics](../reference/metrics.md), counted here for each
kind of work. Collectors compare AMD machines with exactly these features with it, once their guests exit so often that what the
machine does at rest hardly counts; all others with their own past.
`;

function bandTable(sets: readonly ObservedSet[]): string {
  const rows = bandsOf(sets).map((band) => [
    `guest${band.layer}`,
    `${band.kernel} under ${band.parent}`,
    `${figure(band.low)} (${band.lowOf})`,
    `${figure(band.high)} (${band.highOf})`,
    figure(band.leastExitsPerSecond),
  ]);
  return markdown(['machine', 'kernels', 'least', 'most', 'from exits per second'], rows);
}

/** Least share of all exits that is listed. */
const TOLD = 0.01;

/** A kernel that cannot sum events up counts its exits, and not why. */
const tellsReasons = (counts: Counts) => Object.keys(counts).some((each) => each.startsWith('exit.'));

function reasonTable(sets: readonly ObservedSet[], name: WorkName, layer: number): string {
  const work = workOf(name);
  const cells = sets.map((set) => cellOf(set, work, layer)?.counts[0] ?? {});
  const reasons = [...new Set(cells.flatMap((counts) => Object.keys(counts)))].filter(
    (each) =>
      each.startsWith('exit.') &&
      cells.some((counts) => (counts[each] ?? 0) > TOLD * (counts['kvm.exits'] ?? Number.POSITIVE_INFINITY)),
  );
  const rows = reasons
    .sort()
    .map((reason) => [
      reason.replace('exit.', ''),
      ...cells.map((counts) => (tellsReasons(counts) ? figure((counts[reason] ?? 0) / work.pieces) : '-')),
    ]);
  return markdown([work.title, ...sets.map((set) => set.name)], rows);
}

function runTable(sets: readonly ObservedSet[]): string {
  const rows = sets.map(({ name, layers, runs, speed }) => [
    name,
    [...new Set(layers.map(({ release }) => release))].join(', '),
    [...new Set(layers.map(({ qemu }) => qemu))].join(', '),
    String(runs.length),
    runs.map(({ seconds, cpus }) => `${seconds} s${cpus > 1 ? ` (${cpus} CPUs)` : ''}`).join(', '),
    String(speed),
  ]);
  return markdown(['set', 'kernels', 'QEMU', 'boots', 'took', 'speed'], rows);
}

/** What could not be counted, with the reason. */
function uncounted(sets: readonly ObservedSet[]): string {
  const lines = sets.flatMap(({ name, runs }) =>
    runs.flatMap(({ works, lacking }) => [
      ...works
        .filter(({ state }) => state !== 'counted')
        .map(
          ({ work, layer, state, why }) =>
            `- ${name}: ${work} in guest${layer}: ${state}${why === undefined ? '' : `, ${why}`}`,
        ),
      ...Object.entries(lacking)
        .filter(([, events]) => events.length > 0)
        .map(([layer, events]) => `- ${name}: ${layer} cannot count ${events.join(', ')}`),
    ]),
  );
  return lines.length === 0 ? '' : `Not counted:\n\n${[...new Set(lines)].join('\n')}\n`;
}

function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(titles) + line(titles.map((_, at) => (at < 2 ? '---' : '---:'))) + rows.map(line).join('');
}
