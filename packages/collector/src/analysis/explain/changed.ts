import type { Quantities } from '../../read/quantities.ts';
import { changeText } from '../environment/changes.ts';
import { nodeText } from '../text.ts';
import { isAcceleration } from './acceleration.ts';
import type { Cause, CauseFinder } from './causes.ts';
import type { NodeEvidence } from './evidence.ts';

/** A change at the moment of the slowdown comes before all measured causes: it weighs more than any share of a slowdown. */
const FIRST = 2;
/** What changed some rounds earlier may take time to show. */
const LESS = 0.5;

/** Facts that an upgrade or the configuration of a machine sets, and their titles. For lists, what was added and removed. */
const FACTS: readonly (readonly [string, string])[] = [
  ['system.kernel', 'kernel'],
  ['system.kernel_options', "kernel's options"],
  ['kvm_modules.parameters', "options of KVM's modules"],
  ['dmi.version', 'hypervisor'],
  ['huge_pages.transparent', 'huge pages'],
  ['process.node_version', 'Node.js'],
  ['mitigations.at_exits', 'mitigations'],
  ['mitigations.microcode', 'microcode'],
];

/** An upgrade, or another setting, of the slow node or of a machine above it: the first suspect. */
export const changed: CauseFinder = (node) => {
  const { changes = [] } = node;
  const atOnce = changes.filter((each) => each.atOnce).map(({ change }) => change);
  const earlier = changes.filter((each) => !each.atOnce).map(({ change }) => change);
  const told = atOnce.flatMap(({ phrases }) => phrases);
  const facts = factsChanged(node).filter((phrase) => !told.some((known) => isAbout(known, phrase)));
  return [
    ...causeOf(node, [...atOnce.map(changeText), ...facts], '', FIRST),
    ...causeOf(node, earlier.map(changeText), ' some rounds earlier', LESS),
  ];
};

function causeOf(node: NodeEvidence, phrases: readonly string[], when: string, weight: number): Cause[] {
  if (phrases.length === 0) return [];
  return [{ text: `${nodeText(node)} changed${when}: ${phrases.join('; ')}.`, weight }];
}

function factsChanged({ before, since }: NodeEvidence): string[] {
  return FACTS.flatMap(([fact, called]) => {
    const [from, to] = [valueIn(before, fact), valueIn(since, fact)];
    const what = from === undefined || to === undefined ? '' : difference(from, to);
    return what === '' ? [] : [`${called} ${what}`];
  });
}

function valueIn({ facts }: Quantities, fact: string): string | undefined {
  return facts?.[fact];
}

function difference(from: string, to: string): string {
  const [old, now] = [from, to].map((value) => itemsIn(value)) as [string[], string[]];
  if (old.join() === now.join()) return '';
  if (old.length < 2 && now.length < 2) return `${from} → ${to}`;
  const gone = old.filter((item) => !now.includes(item)).map((item) => `-${item}`);
  const come = now.filter((item) => !old.includes(item)).map((item) => `+${item}`);
  return [...gone, ...come].join(' ');
}

/** A lost acceleration is not reported twice. */
function itemsIn(value: string): string[] {
  return value.split(/[\s,]+/).filter((item) => !isAcceleration(item));
}

/** Two phrases that begin with the same word report the same change. */
function isAbout(one: string, other: string): boolean {
  return one.split(' ')[0] === other.split(' ')[0];
}
