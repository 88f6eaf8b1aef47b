import { chmodSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { LOADER } from '../../deploy/lab/image/libraries.ts';
import type { SystemImage } from '../../deploy/lab/image/system-image.ts';

/** What the stand-in says on the console, as guest0. */
export const STUB_SAYS = 'a stand-in for a machine';

/**
 * A cache like the lab's own, in which QEMU is a stand-in that says a line and stays until it is killed: for the ends
 * of a lab, which take no machine. Everything else is the real system's.
 */
export function cacheWithStubQemu({ tree, disk }: SystemImage): string {
  const cache = temporaryFolder('stub-qemu');
  const real = dirname(tree);
  const system = join(cache, basename(real));
  const stub = join(system, 'tree');
  mkdirSync(stub, { recursive: true });
  copyFileSync(join(real, 'manifest.json'), join(system, 'manifest.json'));
  symlinkSync(disk, join(system, basename(disk)));
  const loaders = dirname(LOADER);
  for (const name of readdirSync(tree)) {
    if (name !== loaders) symlinkSync(join(tree, name), join(stub, name));
  }
  mkdirSync(join(stub, loaders));
  const loader = join(stub, LOADER);
  writeFileSync(loader, loaderScript(join(tree, LOADER)));
  chmodSync(loader, 0o755);
  return cache;
}

/** All programs of the system are run through its loader: this one stands in for QEMU, and loads the others. */
function loaderScript(loader: string): string {
  return `#!/bin/sh
case " $* " in
*/qemu-system-x86_64\\ *) ;;
*) exec '${loader}' "$@" ;;
esac
unset LD_PRELOAD FAKETIME
for word; do
  case "$word" in
  pipe,id=console,path=*) echo 'guest0: ${STUB_SAYS}' >"\${word#pipe,id=console,path=}.out" ;;
  esac
done
exec sleep 600
`;
}
