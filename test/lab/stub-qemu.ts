import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { temporaryFolder } from '@nestwatch/testkit/folder';
import { LOADER } from '../../deploy/lab/image/libraries.ts';
import { qemuRoot, type SystemImage } from '../../deploy/lab/image/system-image.ts';

/** What the stand-in says on the console, as guest0. */
export const STUB_SAYS = 'a stand-in for a machine';

/**
 * A cache like the lab's own, in which QEMU is a stand-in that takes no saved state, and otherwise says a line and stays
 * until it is killed: for the ends of a lab, which take no machine. Everything else is the real system's.
 */
export function cacheWithStubQemu({ tree, disk, layers: [parts] }: SystemImage): string {
  if (parts === undefined) throw new Error('the system has no layer');
  const cache = temporaryFolder('stub-qemu');
  const system = join(cache, basename(dirname(tree)));
  const stub = join(system, 'tree');
  const root = qemuRoot(stub, parts);
  mkdirSync(dirname(root), { recursive: true });
  symlinkSync(disk, join(system, basename(disk)));
  linkAllBut('qemu', tree, stub);
  mkdirSync(root);
  linkAllBut('lib64', qemuRoot(tree, parts), root);
  mkdirSync(join(root, dirname(LOADER)));
  // QEMU is run through its loader, which this stands in for.
  writeFileSync(join(root, LOADER), QEMU_SCRIPT);
  chmodSync(join(root, LOADER), 0o755);
  return cache;
}

function linkAllBut(left: string, from: string, into: string): void {
  for (const name of readdirSync(from)) {
    if (name !== left) symlinkSync(join(from, name), join(into, name));
  }
}

const QEMU_SCRIPT = `#!/bin/sh
unset LD_PRELOAD FAKETIME
for word; do
  case "$word" in
  -incoming) echo 'a stand-in takes no state' >&2; exit 1 ;;
  pipe,id=console,path=*) echo 'guest0: ${STUB_SAYS}' >"\${word#pipe,id=console,path=}.out" ;;
  esac
done
exec sleep 600
`;
