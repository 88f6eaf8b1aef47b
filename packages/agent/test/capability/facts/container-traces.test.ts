import { expect, test } from 'vitest';
import { containerOfCgroup } from '../../../src/capability/facts/container-traces.ts';

test.each([
  ['0::/\n', undefined],
  ['12:pids:/docker/3f1a\n0::/docker/3f1a', 'docker'],
  ['0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-1.scope', 'kubepods'],
  ['0::/lxc/web/init.scope', 'lxc'],
  ['0::/user.slice/dockerish', undefined],
])('the cgroup %j is %s', (cgroup, manager) => {
  expect(containerOfCgroup(cgroup)).toBe(manager);
});
