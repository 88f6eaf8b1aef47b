import type { Store } from '@nestwatch/collector/influx/store';

const FIELDS = ['written', 'dead', 'dropped', 'expired', 'gaps', 'lost'] as const;

/** The newest figures of a node's runs together, as `nestwatch status` has them. */
export async function books(store: Pick<Store, 'query'>, node: string): Promise<Record<string, number>> {
  const select = FIELDS.map((field) => `last("${field}") AS "${field}"`).join(', ');
  const found = await store.query(
    `SELECT ${select} FROM "nestwatch_delivery" WHERE "node" = '${node}' GROUP BY "run"`,
  );
  const sum = (field: string) => found.reduce((all, { rows }) => all + Number(rows[0]?.[field] ?? 0), 0);
  return Object.fromEntries(FIELDS.map((field) => [field, sum(field)]));
}
