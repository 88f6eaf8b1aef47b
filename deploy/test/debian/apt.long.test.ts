import { temporaryFolder } from '@nestwatch/testkit/folder';
import { expect, test } from 'vitest';
import { createApt } from '../../debian/apt.ts';
import { run } from '../../debian/run.ts';

test('a program that is not here is named, one that fails is quoted', async () => {
  await expect(run('no-such-program', [])).rejects.toThrow('no-such-program is not on this machine');
  await expect(run('/bin/sh', ['-c', 'echo why >&2; exit 3'])).rejects.toThrow(/failed \(3\):\s+why/);
});

test('a package that the mirror does not have is refused with what it takes, after fresh lists were tried', async () => {
  const directory = temporaryFolder('apt');
  const notes: string[] = [];
  const apt = createApt(directory, {
    purpose: 'the lab',
    without: 'without them the lab does not start',
    note: (text) => notes.push(text),
    // No sources at all: as on a machine whose mirror has dropped the package.
    env: { ...process.env, APT_CONFIG: '/dev/null' },
  });
  await expect(apt.plan(['nestwatch-no-such-package'])).rejects.toThrow(
    /^cannot get the packages for the lab: /,
  );
  expect(notes).toHaveLength(1);
}, 120_000);
