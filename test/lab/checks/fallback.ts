import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@nestwatch/common/config/load';
import { expect, test } from 'vitest';
import { planCascade } from '../../../deploy/lab/cascade/plan.ts';
import type { SystemImage } from '../../../deploy/lab/image/system-image.ts';
import { labSchema } from '../../../deploy/lab/settings.ts';
import { stateIdentity } from '../../../deploy/lab/state/identity.ts';
import { beginState, findState, keepState, STATE_FILES } from '../../../deploy/lab/state/store.ts';
import { LIMIT_MS, type OneLayer } from '../one-layer.ts';

const SPEED = 0.1;

/** A saved state that QEMU does not take. */
export function checkFallback({ start }: OneLayer, cache: () => string, system: () => SystemImage): void {
  test(
    'a saved state that does not come up is removed, and the lab boots from the image, said in one line',
    async () => {
      const states = join(cache(), 'states');
      const identity = await identityOf(system());
      const folder = await beginState(states);
      for (const file of STATE_FILES) writeFileSync(join(folder, file), 'no state of a machine');
      await keepState(states, folder, { identity, speed: SPEED, tscKhz: 2_600_000, savedMs: 0 });
      const saved = await findState(states, identity, { wanted: SPEED, least: SPEED, most: SPEED });
      expect(saved).toBeDefined();

      const lab = start('--once', '--layer-limit', '1s', '--speed', String(SPEED));
      expect(await lab.ended).toBe(1);
      expect(lab.stderr()).toContain('going on with the state that was saved at 1970-01-01T00:00:00.000Z');
      expect(lab.stderr()).toMatch(/it does not come up \(.*\): booting from the image\n/);
      expect(lab.stderr()).toMatch(/guest0 made no progress within 1 s/);
      expect(existsSync(saved?.folder ?? '')).toBe(false);
    },
    LIMIT_MS,
  );

  test(
    'with --cold a saved state is left alone',
    async () => {
      const lab = start('--once', '--cold', '--layer-limit', '1s', '--speed', String(SPEED));
      expect(await lab.ended).toBe(1);
      expect(lab.stderr()).not.toContain('state');
    },
    LIMIT_MS,
  );
}

/** Of the labs that these tests start. */
async function identityOf(system: SystemImage): Promise<string> {
  const config = loadConfig(labSchema, { env: {}, flags: { lab: 'one', layers: '1' } });
  const natsUrl = 'nats://127.0.0.1:4222';
  const [parts = { release: '', qemu: '' }] = system.layers;
  const one = { ...system, layers: [parts] };
  return stateIdentity(await planCascade(config, { slownesses: [], system: one, natsUrl }));
}
