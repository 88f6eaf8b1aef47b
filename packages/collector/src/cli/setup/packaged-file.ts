import { createHash } from 'node:crypto';
import type { Machine } from './machine.ts';

/** Whether a configuration file is as its package of Debian brings it. */
export function isAsPackaged(machine: Machine, name: string, path: string, text: string): boolean {
  const { stdout } = machine.run('dpkg-query', '-W', '-f=$'.concat('{Conffiles}\\n'), name);
  const line = stdout.split('\n').find((each) => each.trim().startsWith(`${path} `));
  const md5 = createHash('md5').update(text).digest('hex');
  return line?.trim().split(' ')[1] === md5;
}
