import { type Argument, lastOf, readsConfig, valuesOf } from '../arguments.ts';
import { backingWords, balloonWords } from '../memory-words.ts';
import { propertiesOf } from '../properties.ts';

/** How a guest can give memory back; empty where a file of options may tell more. */
export function balloon(args: readonly Argument[]): string {
  const device = propertiesOf(args, 'device').findLast(({ head }) => head.startsWith('virtio-balloon'));
  if (device !== undefined) {
    const isOn = (name: string) => isTrue(device.values.get(name));
    return balloonWords(isOn('free-page-reporting'), isOn('deflate-on-oom'));
  }
  // -balloon of QEMU before 4.0.
  if (valuesOf(args, 'balloon').some((value) => value.startsWith('virtio')))
    return balloonWords(false, false);
  return readsConfig(args) ? '' : 'none';
}

/** What the memory of a guest is made of; empty where a file of options may tell more. */
export function memoryBacking(args: readonly Argument[]): string {
  const backends = propertiesOf(args, 'object').filter(({ head }) => head.startsWith('memory-backend-'));
  const path = lastOf(args, 'mem-path');
  if (backends.length === 0 && path === undefined && readsConfig(args)) return '';
  const paths = [path, ...backends.map(({ values }) => values.get('mem-path'))].filter(
    (each) => each !== undefined,
  );
  const any = (name: string) => backends.some(({ values }) => isTrue(values.get(name)));
  const hugetlb = paths.some((each) => HUGE_PATH.test(each)) || any('hugetlb');
  return backingWords({
    shared: any('share'),
    file: !hugetlb && paths.length > 0,
    hugetlb,
    prealloc: any('prealloc') || args.some(([option]) => option === 'mem-prealloc'),
    locked: isSaid(args, 'overcommit', 'mem-lock') || isSaid(args, 'realtime', 'mlock'),
  });
}

function isSaid(args: readonly Argument[], option: string, property: string): boolean {
  return isTrue(
    propertiesOf(args, option)
      .findLast(({ values }) => values.has(property))
      ?.values.get(property),
  );
}

/** Where distributions and libvirt mount hugetlbfs. */
const HUGE_PATH = /huge_?pages|hugetlb/i;

const isTrue = (value: string | undefined) => /^(on|yes|true|y)$/.test(value ?? '');
