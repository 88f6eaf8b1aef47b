import { type FactShape, type KvmModuleShape, type VerdictShape, v1 } from '@nestwatch/proto';
import { type Found, valueIn } from '../host/host.ts';
import type { Verdict } from './assess.ts';
import type { About, FactValue } from './fact.ts';
import { type Facts, sources } from './facts/index.ts';
import type { Level } from './rule.ts';

const STATES = {
  known: v1.Fact.State.KNOWN,
  absent: v1.Fact.State.ABSENT,
  denied: v1.Fact.State.DENIED,
  unknown: v1.Fact.State.UNKNOWN,
} as const;

/** Every fact as it is sent, in the order of the sources. */
export function factMessages(facts: Facts): FactShape[] {
  const messages: FactShape[] = [];
  for (const [key, source] of Object.entries(sources)) {
    const values = facts[key as keyof Facts] as Readonly<Record<string, Found<FactValue>>>;
    for (const [name, about] of Object.entries(source.about as Readonly<Record<string, About<FactValue>>>)) {
      const found = values[name];
      if (found !== undefined) messages.push(factMessage(`${source.name}.${name}`, about.source, found));
    }
  }
  return messages;
}

function factMessage(fact: string, source: string, found: Found<FactValue>): FactShape {
  return {
    fact,
    state: STATES[found.state],
    value: found.state === 'known' ? showValue(found.value) : '',
    reason: found.state === 'known' ? '' : found.reason,
    source,
  };
}

/** "known", "absent", "denied" or "unknown". */
export function stateWord(state: FactShape['state']): string {
  return (v1.Fact.State[state ?? 0] ?? 'unknown').toLowerCase();
}

/** A value as people read it: "yes" and "no", lists with spaces between. */
function showValue(value: FactValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : value.join(' ');
}

/** The modules of KVM with their parameters, from the lines "module.parameter=value". */
export function moduleMessages(facts: Facts): KvmModuleShape[] {
  const parameters = valueIn(facts.kvmModules.parameters) ?? [];
  return (valueIn(facts.kvmModules.loaded) ?? []).map((name) => ({
    name,
    parameters: parameters
      .filter((line) => line.startsWith(`${name}.`))
      .map((line) => {
        const [parameter = '', ...value] = line.slice(name.length + 1).split('=');
        return { name: parameter, value: value.join('=') };
      }),
  }));
}

const LEVELS: Readonly<Record<Level, number>> = {
  pass: v1.Verdict.Level.PASS,
  info: v1.Verdict.Level.INFO,
  warn: v1.Verdict.Level.WARN,
  fail: v1.Verdict.Level.FAIL,
  unknown: v1.Verdict.Level.UNKNOWN,
};

export function verdictMessage({ rule, level, summary, advice, who }: Verdict): VerdictShape {
  return {
    rule: rule.name,
    level: LEVELS[level],
    summary,
    advice: advice ?? '',
    who: who ?? '',
    source: rule.source,
  };
}
