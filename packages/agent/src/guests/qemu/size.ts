import { type Argument, lastOf, readsConfig } from '../arguments.ts';
import { parseCount, parseProperties, parseSize } from '../properties.ts';

const DEFAULT_MEMORY = 128 * 2 ** 20;

/** Memory in bytes: `-m 4G`, `-m 4096` (MiB) or `-m size=4194304k,slots=16`. Undefined when not understood. */
export function memoryBytes(args: readonly Argument[]): number | undefined {
  const value = lastOf(args, 'm');
  if (value === undefined) return readsConfig(args) ? undefined : DEFAULT_MEMORY;
  const { head, values } = parseProperties(value);
  return parseSize(head || (values.get('size') ?? ''), 'm');
}

/** Virtual CPUs: `-smp 4`, `-smp cpus=2,maxcpus=4` or sockets, cores and so on alone, whose product counts. */
export function vcpus(args: readonly Argument[]): number | undefined {
  const value = lastOf(args, 'smp');
  if (value === undefined) return readsConfig(args) ? undefined : 1;
  const { head, values } = parseProperties(value);
  const count = head || values.get('cpus');
  if (count !== undefined && count !== '') return parseCount(count);
  const levels = ['drawers', 'books', 'sockets', 'dies', 'clusters', 'modules', 'cores', 'threads']
    .map((level) => values.get(level))
    .filter((count) => count !== undefined);
  if (levels.length === 0) return parseCount(values.get('maxcpus')) ?? 1;
  return levels.reduce<number | undefined>((product, level) => {
    const count = parseCount(level);
    return product === undefined || count === undefined ? undefined : product * count;
  }, 1);
}
