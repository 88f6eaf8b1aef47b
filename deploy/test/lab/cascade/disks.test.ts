import { expect, test } from 'vitest';
import { configFiles } from '../../../lab/cascade/disks.ts';
import { layOut } from '../../../lab/cascade/layout.ts';

test('every machine finds itself and its guests in the settings that all share', async () => {
  const tree = [1, 2, 2];
  const files = await configFiles({
    machines: layOut(tree),
    parts: tree.map(() => ({ release: '6.1', qemu: '7.2' })),
    agentEnv: {},
    withoutNestedPaging: ['guest1-2'],
    bare: true,
  });
  const lines = String(files.get('lab.env')).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      ...['NAME_0=guest0', 'DEPTH_0=0', "GUESTS_0='1 2'"],
      ...['NAME_2=guest1-2', 'DEPTH_2=1', "GUESTS_2='5 6'", "INSIDE_2='guest1-2 guest2-3 guest2-4'"],
      ...['NAME_5=guest2-3', 'MAC_5=52:54:00:60:00:05', 'MEMORY_5=400', "GUESTS_5=''", 'WITHOUT_NPT_2=1'],
      ...['KERNEL_2=6.1', 'QEMU_2=7.2'],
    ]),
  );
});
