import { v1 } from '@nestwatch/proto';
import { numberIn, textIn } from './cells.ts';
import { ask, equals, fields, type Reader } from './query.ts';

/** What one rule concluded about a node, and what to do about it. */
export interface Verdict {
  readonly node: string;
  readonly rule: string;
  /** As in capability.proto. */
  readonly level: number;
  readonly summary: string;
  /** Empty when there is nothing to do. */
  readonly advice: string;
}

const { PASS, INFO, WARN, FAIL, UNKNOWN } = v1.Verdict.Level;
const WORST_FIRST: readonly number[] = [FAIL, WARN, UNKNOWN, INFO, PASS];

/** The newest verdict of each rule on each node of a lab, the worst first. @param span a condition on time */
export async function readVerdicts(store: Reader, lab: string, span: string): Promise<Verdict[]> {
  const series = await ask(store, {
    select: fields('level', 'summary', 'advice'),
    from: 'nestwatch_verdict',
    where: [equals('lab', lab), span],
    by: ['node', 'rule'],
    newest: 1,
  });
  return series
    .map(({ tags: { node = '', rule = '' }, rows: [row] }) => ({
      node,
      rule,
      level: numberIn(row, 'level') ?? UNKNOWN,
      summary: textIn(row, 'summary'),
      advice: textIn(row, 'advice'),
    }))
    .sort((a, b) => WORST_FIRST.indexOf(a.level) - WORST_FIRST.indexOf(b.level));
}

/** Whether there is something to do. */
export function isUrgent({ level }: Pick<Verdict, 'level'>): boolean {
  return level === WARN || level === FAIL;
}
