import { constants } from 'node:fs';
import { absent, type Found, known } from '../../host/host.ts';
import { findProgram, firstUsable } from '../find-program.ts';

const NAMES = ['qemu-system-x86_64', 'qemu-kvm'];

/** Path of the QEMU that starts guests for benchmarks. @param configured the one to take; empty for the installed one */
export async function findQemu(configured: string): Promise<Found<string>> {
  if (configured !== '') {
    const usable = await firstUsable([configured], constants.X_OK);
    return usable === undefined
      ? absent(`cannot start ${configured} (set benchmarks.qemu to another QEMU)`)
      : known(usable);
  }
  const installed = await findProgram(NAMES);
  return installed === undefined ? absent(`none of ${NAMES.join(', ')} is installed`) : known(installed);
}
