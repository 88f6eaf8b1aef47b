import { ask, equals, type Reader, within } from './query.ts';

/** Fields of a capability message by catalogue name, those that it has. */
export type CapabilityFields = Readonly<Record<string, string | number>>;

/** Every field of the newest capability of each node of a lab, by node id. @param spanMs how far back is looked */
export async function readCapability(
  store: Reader,
  lab: string,
  spanMs: number,
): Promise<Map<string, CapabilityFields>> {
  const series = await ask(store, {
    select: ['*'],
    from: 'nestwatch_capability',
    where: [equals('lab', lab), within(spanMs)],
    by: ['node'],
    newest: 1,
  });
  return new Map(
    series.map(({ tags: { node = '' }, rows: [row = {}] }) => {
      const found = Object.entries(row).filter(([name, value]) => name !== 'time' && value !== null);
      return [node, Object.fromEntries(found) as CapabilityFields] as const;
    }),
  );
}
