import { UsageError } from '@nestwatch/common/errors';
import type { Probe, ProbeFactory } from './probe.ts';

/** Makes all probes. @throws Error when two have one name or one field, which is a mistake in the program. */
export function makeProbes(factories: readonly ProbeFactory[]): Probe[] {
  const made = factories.map((make) => make());
  for (const key of ['name', 'field'] as const) {
    const seen = new Set<string>();
    for (const probe of made) {
      if (seen.has(probe[key])) throw new Error(`two probes have the ${key} ${probe[key]}`);
      seen.add(probe[key]);
    }
  }
  return made;
}

/**
 * Makes all probes but those named in `off`.
 * @throws UsageError for a name that no probe has, with the names there are.
 */
export function selectProbes(factories: readonly ProbeFactory[], off: readonly string[]): Probe[] {
  const all = makeProbes(factories);
  checkProbeNames(off, all);
  return all.filter((probe) => !off.includes(probe.name));
}

/** @throws UsageError for a name that no probe has, with the names there are. */
export function checkProbeNames(names: readonly string[], all: readonly Probe[]): void {
  const known = all.map((probe) => probe.name);
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length > 0) {
    throw new UsageError(`there is no probe ${wrong.join(', ')}: the probes are ${known.join(', ')}`);
  }
}
