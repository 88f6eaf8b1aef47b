/**
 * What the article measured once (Christian Horn, "Inception: nested KVM"; Intel hardware, Fedora 26 and RHEL 7.4): the
 * figures that tables, pages and dashboards show beside what is measured here.
 */

/** Time of the shell loop in guest1, guest2 and guest3 by the time in the layer below each. */
export const ARTICLE_SHELL_LOOP = [1.29, 1.06, 2.4] as const;

/** One of the article's kickstart installations. */
export interface ArticleInstallation {
  readonly packages: number;
  /** Seconds in guest1, guest2 and guest3. */
  readonly seconds: readonly [number, number, number];
}

export const ARTICLE_SLIM_INSTALLATION: ArticleInstallation = { packages: 483, seconds: [221, 370, 1297] };
export const ARTICLE_BIG_INSTALLATION: ArticleInstallation = { packages: 1141, seconds: [422, 511, 1984] };

/** Time in guest2 by guest1's, and in guest3 by guest2's, to two decimals. */
export function stepsOf({ seconds: [guest1, guest2, guest3] }: ArticleInstallation): [number, number] {
  const rounded = (ratio: number) => Math.round(ratio * 100) / 100;
  return [rounded(guest2 / guest1), rounded(guest3 / guest2)];
}

/** What it says of each benchmark, in one sentence. */
export const ARTICLE_FINDINGS: Readonly<Record<string, string>> = {
  'cpu.sha256': 'guest0, guest1 and guest2 almost identical, guest3 much slower and less predictable.',
  'cpu.shell-loop': `a bash loop: ${layersOf(ARTICLE_SHELL_LOOP.map((ratio) => `×${ratio.toFixed(2)}`))}, each of the layer below.`,
  'disk.read':
    'cold reads about 550 MB/s in guest0, faster in guest1 and guest2 thanks to the cache below; warm reads alike until the data exceeds memory.',
  'guest.install': `483 packages: ${layersOf(ARTICLE_SLIM_INSTALLATION.seconds.map((seconds) => `${seconds} s`))}.`,
  'net.http':
    '2.5 GB over HTTP: fastest from the machine itself, slower with every layer between, guest3 slowest.',
};

function layersOf(figures: readonly string[]): string {
  return figures.map((figure, index) => `guest${index + 1} ${figure}`).join(', ');
}
