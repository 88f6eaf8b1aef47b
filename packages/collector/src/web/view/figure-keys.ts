/** What a machine's tile can show; the first is shown where nothing is chosen. */
export const FIGURE_KEYS = [
  'slowdown',
  'parent',
  'steal',
  'exit',
  'timer',
  'memory',
  'host',
  'silent',
] as const;
export type FigureKey = (typeof FIGURE_KEYS)[number];
