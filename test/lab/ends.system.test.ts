/** The ends of a lab, none of which takes a machine: QEMU is a stand-in. With real guests: one-layer.long.test.ts. */
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe } from 'vitest';
import type { SystemImage } from '../../deploy/lab/image/system-image.ts';
import { labSystem, whyNoLab } from './cascade.ts';
import { checkEnds } from './checks/ends.ts';
import { checkFallback } from './checks/fallback.ts';
import { checkRefusals } from './checks/refusals.ts';
import { useOneLayer } from './one-layer.ts';
import { cacheWithStubQemu, STUB_SAYS } from './stub-qemu.ts';

const reason = await whyNoLab();
const title =
  reason === undefined ? 'a lab with a stand-in for QEMU' : `the ends of a lab (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let cache: string;
  let system: SystemImage;
  beforeAll(async () => {
    system = await labSystem();
    cache = cacheWithStubQemu(system);
  });
  const oneLayer = useOneLayer(() => cache);

  checkRefusals(oneLayer);
  checkEnds(oneLayer, STUB_SAYS);
  checkFallback(
    oneLayer,
    () => cache,
    () => ({ ...system, tree: join(cache, basename(dirname(system.tree)), 'tree') }),
  );
});
