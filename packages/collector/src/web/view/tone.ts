/** How something looks: as it should be, worth a look, trouble, or neither. Never by colour alone. */
export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** The worst first; what is neither after what is as it should be, because nothing is known of it. */
const WORST_FIRST: readonly Tone[] = ['bad', 'warn', 'good', 'plain'];

/** For sorting: 0 is the worst. */
export function rankOf(tone: Tone): number {
  return WORST_FIRST.indexOf(tone);
}

export function worst(tones: readonly Tone[]): Tone {
  return tones.reduce<Tone>((found, tone) => (rankOf(tone) < rankOf(found) ? tone : found), 'plain');
}
