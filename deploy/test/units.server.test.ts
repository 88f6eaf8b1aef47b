import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { describe, expect, test } from 'vitest';
import { installed, run } from './tool.ts';

const systemd = resolve(import.meta.dirname, '../systemd');
/** systemd-analyze's scale: 0 is shut, 10 is open. Below 5 counts as protected. */
const limits = {
  'nestwatch-agent.service': 3,
  'nestwatch-collector.service': 1.5,
  'nestwatch-exits.service': 2.5,
  'nestwatch-upgrade.service': 4.5,
};

describe.skipIf(!installed('systemd-analyze')).each(Object.entries(limits))('%s', (unit, limit) => {
  // systemd-analyze wants the programs to exist: /bin/true stands in for node, which may not be in /usr/bin here.
  const folder = temporaryFolder('units');
  const text = readFileSync(join(systemd, unit), 'utf8').replace(/^(Exec\w+)=\S+/gm, '$1=/bin/true');
  writeFileSync(join(folder, unit), text);

  test('is a unit that systemd understands', () => {
    const { status, output } = run('systemd-analyze', ['verify', join(folder, unit)], {
      SYSTEMD_LOG_LEVEL: 'warning',
    });
    expect(output.split('\n').filter((line) => line.includes(unit))).toEqual([]);
    expect(status).toBe(0);
  });

  test(`is exposed to no more than ${limit} of 10`, () => {
    const { output } = run('systemd-analyze', ['security', '--offline=true', join(folder, unit)]);
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1]);
    expect(exposure).toBeLessThanOrEqual(limit);
  });
});

test.skipIf(!installed('systemd-analyze'))('the drop-in for cold reads fits the unit', () => {
  const folder = temporaryFolder('units');
  const unit = join(folder, 'nestwatch-agent.service');
  writeFileSync(
    unit,
    readFileSync(join(systemd, 'nestwatch-agent.service'), 'utf8').replace(
      /^ExecStart=\S+/m,
      'ExecStart=/bin/true',
    ),
  );
  cpSync(
    join(systemd, 'nestwatch-agent-cold-reads.conf'),
    join(folder, 'nestwatch-agent.service.d', 'cold-reads.conf'),
  );
  const { output } = run('systemd-analyze', ['verify', unit], { SYSTEMD_LOG_LEVEL: 'warning' });
  expect(output.split('\n').filter((line) => line.includes('nestwatch'))).toEqual([]);
});
