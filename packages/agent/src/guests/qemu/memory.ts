import { type Argument, readsConfig } from '../arguments.ts';
import { parseSize, propertiesOf } from '../properties.ts';
import { defaultsOf } from './defaults.ts';
import { merged } from './machine.ts';

/**
 * Memory of a guest in bytes: what it boots with (`-m 4G`, `-m 4096` in MiB, `-m size=4194304k,slots=16`), and what is
 * plugged in beside it. Undefined when not understood.
 */
export function memoryBytes(args: readonly Argument[], machine: string): number | undefined {
  const backends = backendSizes(args);
  const parts = [bootMemory(args, machine, backends), ...pluggedMemory(args, backends)];
  return parts.reduce((sum, part) => (sum === undefined || part === undefined ? undefined : sum + part), 0);
}

type Sizes = ReadonlyMap<string, number | undefined>;

function bootMemory(args: readonly Argument[], machine: string, backends: Sizes): number | undefined {
  const size = merged(args, 'm', 'size', 'memory').get('size');
  const bytes = size === undefined ? 0 : parseSize(size, 'm');
  // QEMU takes 0 for "not said".
  if (bytes !== 0) return bytes;
  const backend = propertiesOf(args, 'machine', 'M')
    .map(({ values }) => values.get('memory-backend'))
    .findLast((name) => name !== undefined);
  if (backend !== undefined && backends.has(backend)) return backends.get(backend);
  return readsConfig(args) ? undefined : defaultsOf(machine).memoryBytes;
}

/** Modules of RAM, and of virtio-mem what is asked for of it. An nvdimm and virtio-pmem are storage. */
function pluggedMemory(args: readonly Argument[], backends: Sizes): (number | undefined)[] {
  return propertiesOf(args, 'device').flatMap(({ head, values }) => {
    if (head === 'pc-dimm') return [backends.get(values.get('memdev') ?? '')];
    return head.startsWith('virtio-mem-') ? [parseSize(values.get('requested-size') ?? '0', 'b')] : [];
  });
}

function backendSizes(args: readonly Argument[]): Sizes {
  return new Map(
    propertiesOf(args, 'object')
      .filter(({ head }) => head.startsWith('memory-backend-'))
      .map(({ values }) => [values.get('id') ?? '', parseSize(values.get('size') ?? '', 'b')]),
  );
}
