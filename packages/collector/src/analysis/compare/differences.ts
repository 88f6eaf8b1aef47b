import { defined } from '@nestwatch/common/defined';
import { groupBy } from '@nestwatch/common/group-by';
import type { Environment } from '../../read/environment.ts';
import type { Result } from '../../read/result.ts';
import type { Span } from '../../read/span.ts';
import type { EnvironmentDifference } from './comparison.ts';
import { type NodePair, nodeOf } from './pair-nodes.ts';
import { FACTS, PROPERTIES } from './properties.ts';
import { resultsByNode, type Side, type Sides } from './sides.ts';
import { createTimeline } from './timeline.ts';

/** The values that a property had on one side, and when each was first seen. */
type Values = Map<string, number>;

/** What differs in the environment of each node, by layer and name. */
export function differences(sides: Sides, pairs: readonly NodePair[]): EnvironmentDifference[] {
  const isOneLab = sides.before.span.lab === sides.after.span.lab;
  const inSteps = memoryInSteps();
  const [of, to] = [valuesReader(sides.before, inSteps), valuesReader(sides.after, inSteps)];
  return pairs.flatMap((pair) => {
    if (pair.before === undefined || pair.after === undefined) return [];
    const { node, name, layer } = nodeOf(pair);
    const [was, is] = [of(pair.before.node), to(pair.after.node)];
    return [...is.keys()].flatMap((property) => {
      const [old, now] = [was.get(property), is.get(property)];
      if (old === undefined || now === undefined || isEqual(old, now)) return [];
      const found = [...now].filter(([value]) => !old.has(value)).map(([, atUs]) => atUs);
      const sinceUs = isOneLab && found.length > 0 ? Math.min(...found) : undefined;
      const [before, after] = [[...old.keys()], [...now.keys()]];
      return [
        defined({ node, name, layer, property, text: changeOf(before, after), before, after, sinceUs }),
      ];
    });
  });
}

/** Balloons move memory: what differs by less than a quarter from an amount that was seen before is the same. */
function memoryInSteps(): (environment: Environment) => Environment {
  const known: number[] = [];
  return (environment) => {
    const { memoryBytes: bytes } = environment;
    const alike = known.find((each) => Math.max(each, bytes) < 1.25 * Math.min(each, bytes));
    if (alike === undefined) known.push(bytes);
    return { ...environment, memoryBytes: alike ?? bytes };
  };
}

/** Reads the values of all properties that a node had on a side. */
function valuesReader(
  { span, resultsOf }: Side,
  inSteps: (environment: Environment) => Environment,
): (node: string) => Map<string, Values> {
  const all = resultsByNode(span.results);
  const facts = groupBy(span.facts, ({ node }) => node);
  return (node) => {
    const results = resultsOf(node);
    const timeline = createTimeline(all(node));
    const found = new Map<string, Values>();
    for (const { called, textOf } of Object.values(PROPERTIES)) {
      put(found, called, results, (result) => {
        const environment = timeline.at(result);
        return environment === undefined ? '' : textOf(inSteps(environment));
      });
    }
    for (const [fact, told] of groupBy(facts.get(node) ?? [], (each) => each.fact)) {
      const called = FACTS[fact] ?? fact;
      // What stands beside results is more exact.
      if (!found.has(called)) put(found, called, results, toldAt(told));
    }
    return found;
  };
}

function put(
  found: Map<string, Values>,
  called: string,
  results: readonly Result[],
  valueAt: (result: Result) => string,
): void {
  const values: Values = new Map();
  for (const result of results) {
    const value = valueAt(result);
    if (value !== '' && !values.has(value)) values.set(value, result.timeUs);
  }
  if (values.size > 0) found.set(called, values);
}

/** The last reported value, or the first one if there is none before. */
function toldAt(told: Span['facts']): (result: Result) => string {
  return ({ timeUs }) => (told.findLast((each) => each.timeUs <= timeUs) ?? told[0])?.value ?? '';
}

function isEqual(a: Values, b: Values): boolean {
  return a.size === b.size && [...a.keys()].every((value) => b.has(value));
}

/** "6.1.0-37 → 6.12.117"; of lists, such as options, "-nested=1 +nested=0". */
function changeOf(before: readonly string[], after: readonly string[]): string {
  const [old, now] = [itemsOf(before), itemsOf(after)];
  if (!isList(before) && !isList(after)) return `${before.join(', ')} → ${after.join(', ')}`;
  const gone = [...old].filter((item) => !now.has(item)).map((item) => `-${item}`);
  const come = [...now].filter((item) => !old.has(item)).map((item) => `+${item}`);
  return [...gone, ...come].join(' ');
}

/** Options have each a value, or are many. */
function isList(values: readonly string[]): boolean {
  return values.some((value) => /\w=\S+ \w+\S*=/.test(value));
}

function itemsOf(values: readonly string[]): Set<string> {
  return new Set(values.flatMap((value) => value.split(/[\s,]+/)));
}
