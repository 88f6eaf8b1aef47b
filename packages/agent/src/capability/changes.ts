import { v1 } from '@nestwatch/proto';
import { sources } from './facts/index.ts';
import { stateWord } from './messages.ts';
import type { CapabilityBody } from './read-capability.ts';
import { exitCost } from './rules/exit-cost.ts';

/** The facts of a capability message that stay as they are while nothing happens, by name, as people read them. */
export type StableFacts = Readonly<Record<string, string>>;

const VOLATILE: ReadonlySet<string> = new Set(
  Object.values(sources).flatMap((source) =>
    Object.entries(source.about)
      .filter(([, about]) => 'volatile' in about && about.volatile === true)
      .map(([name]) => `${source.name}.${name}`),
  ),
);

export function stableFacts(capability: CapabilityBody): StableFacts {
  const facts: Record<string, string> = {};
  for (const { fact, state, value } of capability.facts ?? []) {
    if (fact == null || VOLATILE.has(fact)) continue;
    facts[fact] = state === v1.Fact.State.KNOWN ? (value ?? '') : stateWord(state);
  }
  return facts;
}

/** What differs, one short phrase for each fact: "kvm_modules.nested: yes → no". Lists say what came and went. */
export function changesBetween(before: StableFacts, after: StableFacts): string[] {
  // A fact that only one of them has came with another version of the agent: nothing has happened to the machine.
  return Object.keys(after)
    .filter((fact) => fact in before && before[fact] !== after[fact])
    .map((fact) => `${fact}: ${difference(before[fact] ?? '', after[fact] ?? '')}`);
}

function difference(before: string, after: string): string {
  const old = before.split(' ');
  const now = after.split(' ');
  if (old.length < 4 && now.length < 4) return `${before} → ${after}`;
  const gone = old.filter((word) => !now.includes(word)).map((word) => `-${word}`);
  const come = now.filter((word) => !old.includes(word)).map((word) => `+${word}`);
  return [...gone, ...come].join(' ');
}

const withoutFigures = (text: string | null | undefined) => text?.replace(/\d+([.,]\d+)*/g, '#');

/** Equal for two messages that tell the same: without what differs from one assessment to the next. */
export function fingerprintOf(capability: CapabilityBody): string {
  return JSON.stringify({
    facts: stableFacts(capability),
    verdicts: capability.verdicts?.map(({ rule, level, summary, advice }) => [
      ...[rule, level, rule === exitCost.name ? withoutFigures(summary) : summary],
      // An advice may cite what was measured: that it does now is worth telling, another figure is not.
      withoutFigures(advice),
    ]),
    guests: capability.guests,
    identity: capability.identity,
    inventory: capability.inventory,
  });
}
