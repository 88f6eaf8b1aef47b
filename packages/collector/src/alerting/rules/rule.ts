import type { Against, JudgedLab, JudgedNode, StreamView } from '../../analysis/judged-lab.ts';
import type { Severity } from '../../read/severity.ts';

/** One number that a rule can be given: a plain one, or a time (in ms; written "10m" in the file). */
export interface Parameter {
  readonly meaning: string;
  readonly default: number;
  readonly kind: 'number' | 'time';
}

export type Parameters = Readonly<Record<string, Parameter>>;
export type Values<P extends Parameters> = { readonly [K in keyof P]: number };

/**
 * One reason to notify somebody. A rule is asked about a lab as it is now and says what it finds; when that becomes an
 * alert, for how long it must last and who is notified is not its business.
 */
export interface Rule<P extends Parameters = Parameters> {
  readonly name: string;
  /** One sentence for docs/alerts.md. */
  readonly meaning: string;
  /** Severity unless the finding itself is graver. */
  readonly severity: Severity;
  /** How long a finding must last before it fires, ms. */
  readonly forMs: number;
  /** How long it must be gone before it resolves, ms. */
  readonly keepFiringForMs: number;
  readonly parameters: P;
  /** @param limitsFor the parameters in force for a node and, where that matters, a benchmark; undefined: switched off */
  evaluate(view: JudgedLab, limitsFor: LimitsFor<P>): Finding[];
}

export type LimitsFor<P extends Parameters> = (
  node: JudgedNode | undefined,
  benchmark?: string,
) => Values<P> | undefined;

export interface Finding {
  /** Node id; empty when it concerns the lab as a whole. */
  readonly node: string;
  /** What of the node, such as "cpu.sha256": one alert for each. Empty when there is only one. */
  readonly subject: string;
  /** Given when it is graver or lighter than the rule's own severity. */
  readonly severity?: Severity;
  /** One sentence with figures. */
  readonly summary: string;
  /** Further sentences. */
  readonly details?: readonly string[];
  /** The figure that broke the threshold. */
  readonly value?: number;
  /** For slowdowns: what to explain, and since when. */
  readonly slowdown?: { readonly benchmark: string; readonly sinceUs: number; readonly factor: number };
}

/** Asks about each node for which the rule is switched on. */
export function perNode<P extends Parameters>(
  view: JudgedLab,
  limitsFor: LimitsFor<P>,
  find: (node: JudgedNode, limits: Values<P>) => Finding | readonly Finding[] | undefined,
): Finding[] {
  return [...view.nodes.values()].flatMap((node) => {
    const limits = limitsFor(node);
    return limits === undefined ? [] : (find(node, limits) ?? []);
  });
}

/** Asks about each stream of one comparison, for whose node and benchmark the rule is switched on. */
export function perStream<P extends Parameters>(
  view: JudgedLab,
  limitsFor: LimitsFor<P>,
  against: Against,
  find: (node: JudgedNode, stream: StreamView, limits: Values<P>) => Finding | undefined,
): Finding[] {
  return [...view.nodes.values()].flatMap((node) =>
    node.streams.flatMap((stream) => {
      const limits = stream.against === against ? limitsFor(node, stream.benchmark) : undefined;
      return limits === undefined ? [] : (find(node, stream, limits) ?? []);
    }),
  );
}

type Optional = 'forMs' | 'keepFiringForMs' | 'parameters';

/** Makes a rule, its parameters' names checked. Without times it fires and resolves at once. */
export function defineRule<const P extends Parameters = Record<never, never>>(
  rule: Omit<Rule<P>, Optional> & Partial<Pick<Rule<P>, Optional>>,
): Rule {
  return { forMs: 0, keepFiringForMs: 0, parameters: {}, ...rule } as unknown as Rule;
}
