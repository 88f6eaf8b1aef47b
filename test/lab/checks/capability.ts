import { expect, test } from 'vitest';
import { type Cascade, LAB } from '../cascade.ts';

/** Newest value of one column for each layer, by display name. */
export async function newestByName(
  { query }: Cascade,
  measurement: string,
  field: string,
  where = '',
): Promise<Map<string, unknown>> {
  const rows = await query(
    `SELECT last("${field}") AS "value" FROM "${measurement}" WHERE "lab" = '${LAB}' ${where} GROUP BY "name"`,
  );
  return new Map(rows.map((row) => [String(row['name']), row['value']]));
}

/** guest3 has what it takes too; the lab ends there only because it is deep enough. */
export function checkCapability(cascade: () => Cascade): void {
  test('every layer can host another one, and was given svm and nested paging', async () => {
    const canHost = await newestByName(cascade(), 'nestwatch_capability', 'can_host');
    const cpu = await newestByName(cascade(), 'nestwatch_fact', 'value', `AND "fact" = 'cpu.virtualization'`);
    const paging = await newestByName(cascade(), 'nestwatch_fact', 'value', `AND "fact" = 'svm.npt'`);
    for (const name of cascade().names) {
      expect([name, canHost.get(name), cpu.get(name), paging.get(name)]).toEqual([name, 1, 'svm', 'yes']);
    }
  });

  test('guest0 runs on an emulated CPU, the others on the KVM of the layer above', async () => {
    const hypervisors = await newestByName(cascade(), 'nestwatch_capability', 'hypervisor');
    const [outermost = '', ...inner] = cascade().names;
    expect(hypervisors.get(outermost)).toBe('tcg');
    for (const name of inner) expect([name, hypervisors.get(name)]).toEqual([name, 'kvm']);
  });
}
