import { v1 } from '@nestwatch/proto';
import { numberIn, type Row, type Tags, textIn } from './cells.ts';
import { ask, equals, fields, type Reader } from './query.ts';

export type Verdict = Readonly<ReturnType<typeof verdictIn>>;

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
    .map(({ tags, rows }) => verdictIn(tags, rows[0]))
    .sort((a, b) => WORST_FIRST.indexOf(a.level) - WORST_FIRST.indexOf(b.level));
}

/** What one rule concluded about a node, and what to do about it. */
function verdictIn({ node = '', rule = '' }: Tags, row: Row | undefined) {
  return {
    node,
    rule,
    /** As in capability.proto. */
    level: numberIn(row, 'level') ?? UNKNOWN,
    summary: textIn(row, 'summary'),
    /** Empty when there is nothing to do. */
    advice: textIn(row, 'advice'),
  };
}

/** Whether there is something to do. */
export function isUrgent({ level }: Pick<Verdict, 'level'>): boolean {
  return level === WARN || level === FAIL;
}
