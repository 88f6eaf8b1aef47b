import { UsageError } from '@nestwatch/common/errors';
import type { Environment } from '../../read/environment.ts';
import type { KnownNode } from '../../read/nodes.ts';
import type { Result } from '../../read/result.ts';
import type { Span } from '../../read/span.ts';
import { ancestors } from '../references.ts';
import { PROPERTIES } from './properties.ts';
import type { EnvironmentRequest } from './request.ts';
import { resultsByNode, type Sides } from './sides.ts';
import { createTimeline, type Timeline } from './timeline.ts';

interface Divided {
  readonly before: readonly Result[];
  readonly after: readonly Result[];
}

/**
 * The results of one span on two sides by a property of the environment, such as the kernel. A node is divided by its own
 * environment; where that was not both, by the nearest machine above it that was: guest3's results by guest2's kernel.
 * @throws UsageError when no node had one of the two, or both fit the same
 */
export function divide(span: Span, { property, values, of }: EnvironmentRequest): Sides {
  const resultsOf = resultsByNode(span.results);
  const nodes = new Map(span.nodes.map((node) => [node.node, node]));
  const timelines = new Map(span.nodes.map(({ node }) => [node, createTimeline(resultsOf(node))]));
  const { called, textOf } = PROPERTIES[property];
  const known = [...timelines.values()].flatMap(({ all }) => all.map(textOf)).filter((text) => text !== '');
  checkValues(values, known, { called, lab: span.lab });
  const chosen = of === undefined ? undefined : findNode(span.nodes, of);

  const found = new Map<string, Divided>();
  const dividedBy = new Map<string, KnownNode>();
  const notes: string[] = [];
  for (const node of span.nodes) {
    const results = resultsOf(node.node);
    if (results.length === 0) continue;
    const candidates = chosen === undefined ? [node, ...ancestors(nodes, node)] : [chosen];
    const division = candidates
      .map((by) => ({ by, ...divideBy(results, timelines.get(by.node), textOf, values) }))
      .find(({ before, after }) => before.length > 0 && after.length > 0);
    if (division === undefined) {
      const who = chosen === undefined ? 'neither it nor a machine above it' : `${chosen.name} never`;
      notes.push(`${node.name} is skipped: ${who} measured with both ${called} ${values.join(' and ')}.`);
      continue;
    }
    found.set(node.node, division);
    if (division.by !== node) dividedBy.set(node.node, division.by);
  }
  const side = (at: 0 | 1, which: keyof Divided) => ({
    label: `${called} ${values[at]}`,
    span,
    resultsOf: (node: string) => found.get(node)?.[which] ?? [],
  });
  return { before: side(0, 'before'), after: side(1, 'after'), dividedBy, notes };
}

function divideBy(
  results: readonly Result[],
  timeline: Timeline | undefined,
  textOf: (environment: Environment) => string,
  [before, after]: readonly [string, string],
): Divided {
  const isSame = (a: Environment, b: Environment) => textOf(a) === textOf(b);
  const valueAt = (result: Result) => {
    const environment = timeline?.at(result, isSame);
    return environment === undefined ? '' : textOf(environment);
  };
  const valued = results.map((result) => [result, valueAt(result)] as const);
  const having = (wanted: string) =>
    valued.filter(([, value]) => fits(value, wanted)).map(([result]) => result);
  return { before: having(before), after: having(after) };
}

/** Whether "6.1" means "6.1.0-37-amd64", and not "6.12": whole words and numbers, wherever they stand. */
export function fits(value: string, wanted: string): boolean {
  const [text, part] = [value.toLowerCase(), wanted.toLowerCase()];
  if (part === '') return false;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + part.length] ?? ' '];
    if (!/[a-z0-9.]/.test(before) && !/[a-z0-9]/.test(after)) return true;
  }
  return false;
}

function checkValues(
  values: readonly [string, string],
  known: readonly string[],
  { called, lab }: { readonly called: string; readonly lab: string },
): void {
  const list = [...new Set(known)].sort().join(', ');
  for (const wanted of values) {
    if (known.some((each) => fits(each, wanted))) continue;
    const there = list === '' ? 'there is none in this time' : `known: ${list}`;
    throw new UsageError(`lab ${lab} has no results with ${called} ${wanted}; ${there}`);
  }
  const both = known.find((each) => values.every((wanted) => fits(each, wanted)));
  if (both !== undefined) {
    throw new UsageError(`${values.join(' and ')} both match ${both}: give more digits of each`);
  }
}

function findNode(nodes: readonly KnownNode[], wanted: string): KnownNode {
  const found = nodes.find(({ node, name }) => node === wanted || name === wanted);
  if (found !== undefined) return found;
  throw new UsageError(`unknown node ${wanted}; known: ${nodes.map(({ name }) => name).join(', ')}`);
}
