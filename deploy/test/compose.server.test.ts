import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { run } from './tool.ts';

test('passwords are long, random and never a bare number', () => {
  const script = resolve(import.meta.dirname, '../compose/make-env.sh');
  const [one, two] = [run('sh', [script]).output, run('sh', [script]).output];
  const secrets = [...one.matchAll(/^(?!COMPOSE)\w+=(.*)$/gm)].map((match) => match[1] ?? '');
  expect(secrets).toHaveLength(4);
  for (const secret of secrets) {
    expect(secret).toMatch(/^t[0-9a-f]{48}$/);
    expect(two).not.toContain(secret);
  }
});
