import {
  type Against,
  type JudgedLab,
  type JudgedNode,
  type StreamView,
  streamName,
} from '../../analysis/judged-lab.ts';
import type { NodeEvent } from '../../read/node-state.ts';
import type { Severity } from '../../read/severity.ts';

/** One number that a rule can be given: a plain one, or a time (in ms; written "10m" in the file). */
export interface Parameter {
  readonly meaning: string;
  readonly default: number;
  readonly kind: 'number' | 'time';
}

export const number = (meaning: string, value: number): Parameter => ({
  meaning,
  default: value,
  kind: 'number',
});
export const time = (meaning: string, ms: number): Parameter => ({ meaning, default: ms, kind: 'time' });

type Parameters = Readonly<Record<string, Parameter>>;
type Values<P extends Parameters> = { readonly [K in keyof P]: number };

/**
 * One reason to notify somebody. A rule is asked about a lab as it is now and says what it finds; when that becomes an
 * alert, for how long it must last and who is notified is not its business.
 */
export interface Rule<P extends Parameters = Parameters> {
  readonly name: string;
  /** One sentence for docs/reference/alerts.md. */
  readonly meaning: string;
  /** Severity unless the finding itself is more severe. */
  readonly severity: Severity;
  /** How long a finding must last before it fires, ms. */
  readonly forMs: number;
  /** How long it must be gone before it resolves, ms. */
  readonly keepFiringForMs: number;
  readonly parameters: P;
  /** @param limitsFor the parameters for a node and, where that matters, a benchmark; undefined: switched off */
  evaluate(view: JudgedLab, limitsFor: LimitsFor<P>): Finding[];
}

type LimitsFor<P extends Parameters> = (
  node: JudgedNode | undefined,
  benchmark?: string,
) => Values<P> | undefined;

export interface Finding {
  /** Node id; absent when it concerns the lab as a whole. */
  readonly node?: string;
  /** What of the node, such as "cpu.sha256": one alert for each. Absent when there is only one. */
  readonly subject?: string;
  /** Given when it is more severe or lighter than the rule's own severity. */
  readonly severity?: Severity;
  /** One sentence with figures. */
  readonly summary: string;
  /** Further sentences. */
  readonly details?: readonly string[];
  /** The figure that broke the threshold. */
  readonly value?: number;
  /** For slowdowns: what to explain, and since when. */
  readonly slowdown?: {
    readonly benchmark: string;
    readonly sinceUs: number;
    /** The last round that was as usual. */
    readonly beforeUs: number;
    /** Changes of an environment since then are suspects. */
    readonly suspectUs: number;
    readonly factor: number;
  };
}

type Optional = 'forMs' | 'keepFiringForMs' | 'parameters';
type Described<P extends Parameters> = Omit<Rule<P>, Optional | 'evaluate'> &
  Partial<Pick<Rule<P>, Optional>>;

/** Makes a rule, its parameters' names checked. Without times it fires and resolves at once. */
export function defineRule<P extends Parameters>(rule: Described<P> & Pick<Rule<P>, 'evaluate'>): Rule {
  return { forMs: 0, keepFiringForMs: 0, parameters: {}, ...rule } as unknown as Rule;
}

/** A rule that asks about each node for which it is switched on. */
export function defineNodeRule<P extends Parameters = Record<never, never>>({
  find,
  ...rule
}: Described<P> & {
  find(node: JudgedNode, limits: Values<P>, view: JudgedLab): Finding | readonly Finding[] | undefined;
}): Rule {
  return defineRule<P>({
    ...rule,
    evaluate: (view, limitsFor) =>
      [...view.nodes.values()].flatMap((node) => {
        const limits = limitsFor(node);
        const found = limits === undefined ? [] : [find(node, limits, view) ?? []].flat();
        return found.map((each) => ({ ...each, node: node.node }));
      }),
  });
}

/** A rule that asks about each stream of one comparison, for whose node and benchmark it is switched on. */
export function defineStreamRule<P extends Parameters>({
  find,
  against,
  ...rule
}: Described<P> & {
  readonly against: Against;
  find(node: JudgedNode, stream: StreamView, limits: Values<P>, view: JudgedLab): Finding | undefined;
}): Rule {
  return defineRule<P>({
    ...rule,
    evaluate: (view, limitsFor) =>
      [...view.nodes.values()].flatMap((node) =>
        node.streams.flatMap((stream) => {
          const limits = stream.against === against ? limitsFor(node, stream.benchmark) : undefined;
          const found = limits && find(node, stream, limits, view);
          return found === undefined ? [] : [{ ...found, node: node.node, subject: streamName(stream) }];
        }),
      ),
  });
}

/** Events of these kinds (numbers of event.proto) within the last `withinMs`, oldest first. */
export function recent(
  view: JudgedLab,
  node: JudgedNode,
  kinds: readonly number[],
  withinMs: number,
): NodeEvent[] {
  return (node.events ?? []).filter(
    (event) => kinds.includes(event.kind) && view.nowUs - event.timeUs <= withinMs * 1000,
  );
}
