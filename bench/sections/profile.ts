import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '@nestwatch/common/clock';
import { simulatedLabs } from '../../test/load/simulated-labs.ts';
import { readTemplate } from '../../test/load/template.ts';
import { profileShares } from '../profile/shares.ts';
import type { Section } from '../section.ts';
import { drain } from '../support/drain.ts';
import { fillStream } from '../support/full-stream.ts';
import { startBenchServers } from '../support/servers.ts';

const SMALLEST_SHARE = 0.01;

/** Where the collector's time goes while it empties a full stream, so that the next step is known. */
export const profileSection: Section = {
  name: 'profile',
  meaning: "where the collector's time goes while it empties a full stream",
  async run(context) {
    await using servers = await startBenchServers(context, 'profile');
    const samples = 30_000;
    await servers.provision();
    await fillStream(
      servers,
      {
        nodes: simulatedLabs(200, 'bench'),
        template: await readTemplate(),
        samples,
        intervalMs: 10_000,
        endUs: systemClock.wallUs(),
        seed: 1,
      },
      context,
    );
    const own = join(context.dist, 'bench');
    const profile = join(context.dir, 'collector.cpuprofile');
    const env = {
      NODE_OPTIONS: `--import ${pathToFileURL(join(own, 'preload.mjs')).href}`,
      NESTWATCH_PROFILE: profile,
    };
    await drain(servers, { database: 'profile', messages: samples, env, dist: own }, context);
    const shares = profileShares(profile, join(own, 'nestwatch-collector.mjs'));
    return {
      figures: shares
        .filter(({ share }) => share >= SMALLEST_SHARE)
        .map(({ part, share }) => ({
          id: `profile.${part}`,
          what: part,
          unit: 'percent',
          values: [100 * share],
        })),
      absent: [],
    };
  },
};
