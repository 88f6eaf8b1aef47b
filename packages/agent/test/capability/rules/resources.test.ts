import { expect, test } from 'vitest';
import { adviceOf, assessMachine, verdictsOf } from '../../support/machine.ts';
import { amdHost } from '../../support/usual-machines.ts';

const withoutHugePages = (memoryKb: number) => ({
  ...amdHost(),
  files: {
    ...amdHost().files,
    'proc/meminfo': `MemTotal: ${memoryKb} kB\nHugePages_Total: 0\nHugepagesize: 2048 kB\n`,
    'sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]\n',
  },
});

test('huge pages that somebody turned off can be turned on', async () => {
  const assessment = await assessMachine(withoutHugePages(1_000_000));
  expect(verdictsOf(assessment)['huge-pages']).toMatch(/^warn: no: transparent huge pages are off/);
  expect(adviceOf(assessment, 'huge-pages')).toMatch(/^node: echo madvise >/);
});

test('a kernel with less than 512 MiB turns them off itself, whatever its command line says', async () => {
  const assessment = await assessMachine(withoutHugePages(366_740));
  expect(verdictsOf(assessment)['huge-pages']).toMatch(/^info: no: with less than 512 MiB/);
  expect(adviceOf(assessment, 'huge-pages')).toBe('');
});
