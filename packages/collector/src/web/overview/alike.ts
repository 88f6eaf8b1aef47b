import type { Machine } from './forest.ts';

/** Siblings of which each says the same. */
export interface Alike {
  readonly alike: readonly Machine[];
}

/** Fewer are shown one by one. */
const FEWEST = 3;
/** From this many machines on, machines with guests fold as well. */
const MANY = 150;

/**
 * Finds siblings that are alike: nothing is wrong with them, what is looked at has the same colour, and they are the same
 * kind of machine with the same kernel; those with guests, when their guests are of the same kinds too.
 * @param total machines of the lab
 */
export function alikeReader(total: number): (siblings: readonly Machine[]) => (Machine | Alike)[] {
  const numbers = new Map<string, number>();
  const known = new Map<Machine, number>();
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const kindOf = (machine: Machine): number => {
    const before = known.get(machine);
    if (before !== undefined) return before;
    const kind = numberOf(textOf(machine, total < MANY ? undefined : kindOf));
    known.set(machine, kind);
    return kind;
  };
  return (siblings) => {
    const byKind = new Map<number, Machine[]>();
    for (const machine of siblings) {
      const alike = byKind.get(kindOf(machine)) ?? [];
      byKind.set(kindOf(machine), alike);
      alike.push(machine);
    }
    return [...byKind.values()].flatMap((alike): (Machine | Alike)[] =>
      alike.length < FEWEST ? alike : [{ alike }],
    );
  };
}

/** What a machine says. @param kindOf of its guests; undefined where machines with guests are never alike */
function textOf(machine: Machine, kindOf: ((guest: Machine) => number) | undefined): string {
  const { node, figure, trouble, guests } = machine;
  const isAlone = trouble !== undefined || figure.tone === 'bad' || figure.tone === 'warn';
  if (isAlone || (guests.length > 0 && kindOf === undefined)) return `only ${node.node}`;
  const { can_host: host, kernel, cpus, open_escapes: escapes } = node.capability;
  const shown = figure.value === undefined ? figure.text : 'value';
  const below = [...new Set(guests.map((guest) => kindOf?.(guest) ?? 0))].sort((a, b) => a - b);
  return JSON.stringify([node.layer, figure.tone, shown, host, kernel, cpus, escapes, below]);
}
