import type { JudgedNode } from './judged-lab.ts';

/** 0.123 → "12 %". */
export function percent(ratio: number): string {
  const value = ratio * 100;
  return `${Math.abs(value) < 10 ? Number(value.toPrecision(2)) : Math.round(value)} %`;
}

/** 2.3999 → "2.4". */
export function times(ratio: number): string {
  return ratio >= 100 ? ratio.toFixed(0) : String(Number(ratio.toPrecision(3)));
}

/** A length of time in the largest unit that keeps two digits meaningful. */
export function duration(us: number): string {
  const seconds = us / 1e6;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** "guest3 (layer 3)". */
export function nodeText({ name, layer }: Pick<JudgedNode, 'name' | 'layer'>): string {
  return layer === undefined ? name : `${name} (layer ${layer})`;
}

/** "1 guest", "3 guests". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
