import { expect, test } from 'vitest';
import { alive, LIMIT_MS, type OneLayer } from '../one-layer.ts';

/**
 * How a lab ends that does not come up, is refused, or is killed.
 * @param says what the console of guest0 has said by then
 */
export function checkEnds({ start, guestRuns, pids }: OneLayer, says = ''): void {
  test(
    'a layer that does not come up in its time ends the lab with its console, and exit code 1',
    async () => {
      const lab = start('--once', '--layer-limit', '1s');
      await guestRuns();
      const started = pids();
      expect(await lab.ended).toBe(1);
      expect(lab.stderr()).toMatch(/guest0 made no progress within 1 s; missing: capability, samples/);
      expect(lab.stderr().split('the end of the console of guest0')[1]).toContain(says);
      expect(alive(started)).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'a second lab is refused with the pid of the first; what a killed one left is ended by the next',
    async () => {
      const first = start();
      await guestRuns();
      const second = start();
      expect(await second.ended).toBe(2);
      expect(second.stderr()).toContain(`already runs as pid ${first.child.pid}`);

      const orphans = pids();
      first.child.kill('SIGKILL');
      await first.ended;
      expect(alive(orphans)).toEqual(orphans);
      const third = start('--once', '--layer-limit', '1s');
      await third.ended;
      expect(third.stderr()).toContain('stopped guest0, which an earlier lab left behind');
      expect(alive(orphans)).toEqual([]);
    },
    LIMIT_MS,
  );
}
