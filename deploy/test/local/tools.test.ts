import { expect, test } from 'vitest';
import { findTool, requireTools } from '../../local/tools.ts';

const missing = {
  command: 'nestwatch-no-such-command',
  package: 'nestwatch-no-such-package',
  purpose: 'is not there',
};

test('what is in PATH or where daemons are is found, without installing anything', async () => {
  const said: string[] = [];
  const [path] = await requireTools([{ command: 'sh', package: 'dash', purpose: '' }], (line) =>
    said.push(line),
  );
  expect(path).toMatch(/\/sh$/);
  expect(said).toEqual([]);
  expect(findTool({ command: 'nestwatch-no-such-command' })).toBeUndefined();
});

test('without the right to install, the message names what is missing and the command to run', async () => {
  const asking = requireTools(
    [missing],
    () => undefined,
    async () => undefined,
  );
  await expect(asking).rejects.toThrow(
    'nestwatch-no-such-command (is not there) missing: run "sudo apt-get update && sudo apt-get install nestwatch-no-such-package", then start again',
  );
});
