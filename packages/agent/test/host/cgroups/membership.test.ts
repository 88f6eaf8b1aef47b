import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Hierarchy, parseHierarchies } from '../../../src/host/cgroups/hierarchies.ts';
import { locate, parseMembership } from '../../../src/host/cgroups/membership.ts';

const V2 =
  '29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const V1 = `31 23 0:28 / /sys/fs/cgroup rw,relatime shared:8 - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
`;
const HYBRID = `${V1}41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:12 - cgroup2 cgroup2 rw\n`;
const CONTAINER =
  '800 700 0:26 /system.slice/docker-1.scope /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate\n';

const mounted = (text: string) => parseHierarchies(text) ?? [];
const pathsOf = (hierarchies: readonly Hierarchy[], cgroup: string, controller = 'cpu') => {
  const found = locate(hierarchies, parseMembership(cgroup), controller);
  return found.state === 'known' ? found.value.map(({ folder }) => folder) : found;
};

describe('where the cgroups of a process are', () => {
  test('in version 2, nearest first, without the root', () => {
    expect(
      pathsOf(mounted(V2), '0::/machine.slice/machine-qemu\\x2d1\\x2dlab.scope/libvirt/vcpu0\n'),
    ).toEqual([
      '/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2dlab.scope/libvirt/vcpu0',
      '/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2dlab.scope/libvirt',
      '/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2dlab.scope',
      '/sys/fs/cgroup/machine.slice',
    ]);
    expect(pathsOf(mounted(V2), '0::/\n')).toEqual([]);
  });

  test('in version 1, each controller in a tree of its own', () => {
    const cgroup = '9:memory:/qemu.slice\n4:cpu,cpuacct:/qemu.slice/100.scope\n1:name=systemd:/x\n';
    expect(pathsOf(mounted(V1), cgroup)).toEqual([
      '/sys/fs/cgroup/cpu,cpuacct/qemu.slice/100.scope',
      '/sys/fs/cgroup/cpu,cpuacct/qemu.slice',
    ]);
    expect(pathsOf(mounted(V1), cgroup, 'memory')).toEqual(['/sys/fs/cgroup/memory/qemu.slice']);
  });

  test('hybrid: what version 1 has counts', () => {
    const cgroup = '4:cpu,cpuacct:/a\n0::/b\n';
    expect(pathsOf(mounted(HYBRID), cgroup)).toEqual(['/sys/fs/cgroup/cpu,cpuacct/a']);
    expect(pathsOf(mounted(HYBRID), cgroup, 'pids')).toEqual(['/sys/fs/cgroup/unified/b']);
  });

  test('of a user without root, below the own slice', () => {
    const cgroup = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope\n';
    expect(pathsOf(mounted(V2), cgroup)).toHaveLength(5);
  });

  test('seen from a container: only what is mounted there', () => {
    expect(pathsOf(mounted(CONTAINER), '0::/system.slice/docker-1.scope/vm\n')).toEqual([
      '/sys/fs/cgroup/vm',
      '/sys/fs/cgroup',
    ]);
    for (const path of ['/system.slice/docker-10.scope', '/../other', '/..']) {
      expect(pathsOf(mounted(CONTAINER), `0::${path}\n`)).toMatchObject({
        state: 'absent',
        reason: `its cgroup ${path} is outside the agent's view`,
      });
    }
  });

  test('nowhere, with the reason', () => {
    expect(pathsOf([], '0::/a\n')).toMatchObject({
      state: 'absent',
      reason: expect.stringContaining('mounted'),
    });
    expect(pathsOf(mounted(V2), '')).toMatchObject({ state: 'unknown' });
    expect(parseHierarchies('23 1 8:1 / / rw - ext4 /dev/sda1 rw\n')).toBeUndefined();
  });
});

test('blanks in a mount, and any text', () => {
  expect(mounted('1 2 0:3 / /my\\040groups rw - cgroup2 none rw\n')[0]?.mount).toBe('/my groups');
  fc.assert(
    fc.property(fc.string(), fc.string(), (mountinfo, cgroup) => {
      const found = locate(mounted(mountinfo), parseMembership(cgroup), 'cpu');
      return ['known', 'absent', 'unknown'].includes(found.state);
    }),
  );
});
