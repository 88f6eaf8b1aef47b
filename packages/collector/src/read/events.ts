import { defined } from '@nestwatch/common/defined';
import { positionIn, textIn, timeIn } from './cells.ts';
import { ask, equals, fields, type Reader, within } from './query.ts';

/** What happened on a node of a lab. */
export interface LabEvent {
  readonly atUs: number;
  readonly name: string;
  readonly layer?: number;
  readonly text: string;
}

/** The newest events of a lab, newest first: at most so many in the last so many ms. */
export async function readEvents(
  store: Reader,
  lab: string,
  spanMs: number,
  most: number,
): Promise<LabEvent[]> {
  const series = await ask(store, {
    select: fields('text', 'name', 'layer'),
    from: 'nestwatch_event',
    where: [equals('lab', lab), within(spanMs)],
    newest: most,
  });
  return series.flatMap(({ rows }) =>
    rows.map((row) =>
      defined({
        atUs: timeIn(row),
        name: textIn(row, 'name'),
        layer: positionIn(row).layer,
        text: textIn(row, 'text'),
      }),
    ),
  );
}
