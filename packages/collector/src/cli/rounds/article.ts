/**
 * The article's own figures for the benchmarks that it measured too (Christian Horn, "Inception: nested KVM", on Intel
 * with Fedora 26 and RHEL 7.4): slowdown of guest1, guest2 and guest3 to the layer below each, where it gives one.
 */
const FIGURES: Readonly<Record<string, string>> = {
  'cpu.sha256': '×1, ×1, much slower and erratic',
  'cpu.shell-loop count': '×1.29, ×1.06, ×2.40',
  'guest.install command': '-, ×1.67, ×3.51 (483 packages); -, ×1.21, ×3.88 (1141)',
  'guest.install passive': '221 s, 370 s, 1297 s (483 packages)',
};

const READS: Readonly<Record<string, string>> = {
  cold: 'guest0 550 MB/s; guest1 and guest2 faster than it',
  warm: 'about alike while it fits into memory; guest3 slower',
};

/** What the article says of transfers over HTTP. */
export const ARTICLE_NETWORK =
  'The article: fastest from the node itself, fast between neighbours, slower with distance, guest3 slowest by far.';

/** The article's figure for one row of a round's table; empty where it has none. */
export function articleFigure(title: string): string {
  const [benchmark, temperature = ''] = title.split(' ');
  if (benchmark === 'disk.read') return READS[temperature] ?? '';
  return FIGURES[title] ?? '';
}
