const FEW = 10;
/** This many letters may be others. */
const NEAR = 2;

/** For people: which names somebody may have meant, the nearest first, or which there are. Empty where there is none. */
export function nearNames(wanted: string, names: readonly string[]): string {
  const near = didYouMean(wanted, names);
  if (near !== '') return near;
  const more = names.length > FEW ? ` and ${names.length - FEW} more` : '';
  return names.length === 0 ? '' : `known: ${names.slice(0, FEW).join(', ')}${more}`;
}

/** Only which names somebody may have meant, the nearest first. Empty where none is near. */
export function didYouMean(wanted: string, names: readonly string[]): string {
  if (wanted === '') return '';
  const near = [...new Set(names)]
    .map((name) => ({ name, by: apart(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ by }) => by <= NEAR)
    .sort((a, b) => a.by - b.by);
  // One letter off is meant; what is further off only distracts from it.
  const nearest = near.filter(({ by }) => by === near[0]?.by || near[0]?.by !== 1).map(({ name }) => name);
  return nearest.length > 0 ? `did you mean ${nearest.slice(0, FEW).join(' or ')}?` : '';
}

function apart(wanted: string, name: string): number {
  if (name.startsWith(wanted) || wanted.startsWith(name)) return 1;
  const isFar = Math.abs(name.length - wanted.length) > NEAR;
  return isFar ? Number.POSITIVE_INFINITY : distance(wanted, name);
}

/** How many letters are to be added, left out or changed. */
function distance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const changed = (before[at - 1] ?? 0) + (one[row - 1] === other[at - 1] ? 0 : 1);
      now.push(Math.min(changed, (before[at] ?? 0) + 1, (now[at - 1] ?? 0) + 1));
    }
    before = now;
  }
  return before[other.length] ?? 0;
}
