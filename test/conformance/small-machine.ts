import { absent, type Host, known } from '@nestwatch/agent/host/host';
import { textHost } from '../../packages/agent/test/support/text-host.ts';

const HYPERVISOR_LEAF = 0x40000000;

/** A machine of these files by path, whose CPUID says this of its hypervisor. */
export function smallMachine(files: Readonly<Record<string, string>>, signature?: string): Host {
  return {
    ...textHost(files),
    readAt: async (path, offset) =>
      signature === undefined || offset !== HYPERVISOR_LEAF
        ? absent(`${path}: ENOENT`)
        : known(registers(signature)),
  };
}

/** EAX with the highest leaf, then twelve bytes in EBX, ECX and EDX. */
function registers(signature: string): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(HYPERVISOR_LEAF, 0);
  bytes.write(signature, 4, 12, 'latin1');
  return bytes;
}
