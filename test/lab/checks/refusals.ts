import { expect, test } from 'vitest';
import { LIMIT_MS, type OneLayer } from '../one-layer.ts';

/** What cannot be is refused before anything is started, and what a lab takes is said before its machine starts. */
export function checkRefusals({ start, pids }: OneLayer): void {
  test.each([
    ['--tree 1,2', '--layers 1 and --tree 1,2 contradict'],
    ['--tree 1,4,4', 'flag --tree: 1,4,4 makes 21 machines, and a lab has at most 16'],
    ['--tree 2', '"2" is not allowed: give 1, and how many guests each machine hosts'],
    ['--slow guest1-2=neighbour', '"guest1-2" cannot be slowed or healed: a lab of one layer has none'],
  ])(
    '%s is refused',
    async (flags, why) => {
      const lab = start(...flags.split(' '));
      expect(await lab.ended).toBe(2);
      expect(lab.stderr()).toContain(why);
      expect(pids()).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'a lab says what it takes before it starts',
    async () => {
      const lab = start('--tree', '1', '--once', '--layer-limit', '1s');
      expect(await lab.ended).toBe(1);
      expect(lab.stderr()).toMatch(
        /1 machine in 1 layer: up to \d+ MiB of memory and \d+ MiB of disk, about \d+ s to boot[\s\S]*guest0: starting/,
      );
    },
    LIMIT_MS,
  );
}
