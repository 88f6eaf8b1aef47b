/** This many letters fit beside a chart, in the size that a phone needs. */
const LONGEST = 10;

/** A name that fits beside a chart, its end kept: "guest…t-12". The chart's description has the whole. */
export function shortName(name: string): string {
  const letters = [...name];
  if (letters.length <= LONGEST) return name;
  const end = Math.floor((LONGEST - 1) / 2);
  return `${letters.slice(0, LONGEST - 1 - end).join('')}…${letters.slice(-end).join('')}`;
}
