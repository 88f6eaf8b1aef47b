import {
  ARTICLE_BIG_INSTALLATION,
  ARTICLE_FINDINGS,
  ARTICLE_SHELL_LOOP,
  ARTICLE_SLIM_INSTALLATION,
  stepsOf,
} from '@nestwatch/proto/article';

const times = (ratio: number) => `×${ratio.toFixed(2)}`;
const steps = (installation: typeof ARTICLE_SLIM_INSTALLATION) =>
  ['-', ...stepsOf(installation).map(times)].join(', ');

/** Slowdown of guest1, guest2 and guest3 to the layer below each, where the article gives one, by row. */
const FIGURES: Readonly<Record<string, string>> = {
  'cpu.sha256': '×1, ×1, much slower and erratic',
  'cpu.shell-loop count': ARTICLE_SHELL_LOOP.map(times).join(', '),
  'guest.install command': `${steps(ARTICLE_SLIM_INSTALLATION)} (483 packages); ${steps(ARTICLE_BIG_INSTALLATION)} (1141)`,
  'guest.install passive': `${ARTICLE_SLIM_INSTALLATION.seconds.map((seconds) => `${seconds} s`).join(', ')} (483 packages)`,
};

const READS: Readonly<Record<string, string>> = {
  cold: 'guest0 550 MB/s; guest1 and guest2 faster than it',
  warm: 'about alike while it fits into memory; guest3 slower',
};

/** What the article says of transfers over HTTP. */
export const ARTICLE_NETWORK = `The article: ${ARTICLE_FINDINGS['net.http']}`;

/** The article's figure for one row of a round's table; empty where it has none. */
export function articleFigure(title: string): string {
  const [benchmark, temperature = ''] = title.split(' ');
  if (benchmark === 'disk.read') return READS[temperature] ?? '';
  return FIGURES[title] ?? '';
}
