/** The ends of a lab, none of which takes a machine: QEMU is a stand-in. With real guests: one-layer.long.test.ts. */
import { beforeAll, describe } from 'vitest';
import { labSystem, whyNoLab } from './cascade.ts';
import { checkEnds } from './checks/ends.ts';
import { useOneLayer } from './one-layer.ts';
import { cacheWithStubQemu, STUB_SAYS } from './stub-qemu.ts';

const reason = await whyNoLab();
const title =
  reason === undefined ? 'a lab with a stand-in for QEMU' : `the ends of a lab (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, () => {
  let cache: string;
  beforeAll(async () => {
    cache = cacheWithStubQemu(await labSystem());
  });

  checkEnds(
    useOneLayer(() => cache),
    STUB_SAYS,
  );
});
