import { formatMemory } from '@nestwatch/common/quantities';
import type { Environment } from '../../read/environment.ts';
import { isSame, settle } from './settle.ts';

/** What a node was before and after something in it was changed. Times are µs since 1970. */
export interface EnvironmentChange {
  /** When it was last seen as it was before. */
  readonly beforeUs: number;
  /** When it was first seen changed. */
  readonly timeUs: number;
  /** What changed, one phrase for each: "kernel 6.1.0-37 → 6.12.117". */
  readonly phrases: readonly string[];
}

export interface EnvironmentRow {
  readonly timeUs: number;
  readonly environment: Environment;
}

const NAMES: readonly (readonly [keyof Environment, string])[] = [
  ['kernel', 'kernel'],
  ['clocksource', 'clocksource'],
  ['parentHypervisor', 'hypervisor'],
  ['cpuModel', 'CPU'],
  ['cpus', 'CPUs'],
  ['memoryBytes', 'memory'],
  ['nodeVersion', 'Node.js'],
  ['mitigations', 'mitigations'],
];

/** The changes of one node's environment, from what stood beside its results, oldest first. */
export function changesOf(rows: readonly EnvironmentRow[]): EnvironmentChange[] {
  const sorted = [...rows].sort((a, b) => a.timeUs - b.timeUs);
  const settled = settle(sorted.map(({ environment }) => environment));
  return sorted.flatMap(({ timeUs }, at) => {
    const now = settled[at];
    const before = settled[at - 1];
    if (now === undefined || before === undefined || now.key === before.key) return [];
    const phrases = differences(before.environment, now.environment);
    return [{ beforeUs: sorted[at - 1]?.timeUs ?? timeUs, timeUs, phrases }];
  });
}

/** Whether a change may have happened after one moment and not after another, µs since 1970. */
export function isBetween({ beforeUs, timeUs }: EnvironmentChange, fromUs: number, toUs: number): boolean {
  return beforeUs < toUs && timeUs > fromUs;
}

/** "kernel 6.1.0-37 → 6.12.117 (2026-11-20)". */
export function changeText({ phrases, timeUs }: EnvironmentChange): string {
  return `${phrases.join(', ')} (${new Date(timeUs / 1000).toISOString().slice(0, 10)})`;
}

function differences(before: Environment, now: Environment): string[] {
  return NAMES.filter(([name]) => !isSame(name, before, now)).map(([name, called]) =>
    name === 'mitigations'
      ? `${called} ${cameAndWent(before.mitigations, now.mitigations)}`
      : `${called} ${valueText(name, before)} → ${valueText(name, now)}`,
  );
}

/** "-retpolines +ibrs". */
function cameAndWent(before: string, now: string): string {
  const [old, fresh] = [before.split(' '), now.split(' ')];
  const gone = old.filter((word) => !fresh.includes(word)).map((word) => `-${word}`);
  const come = fresh.filter((word) => !old.includes(word)).map((word) => `+${word}`);
  return [...gone, ...come].join(' ');
}

function valueText(name: keyof Environment, environment: Environment): string {
  return name === 'memoryBytes' ? formatMemory(environment.memoryBytes) : String(environment[name]);
}
