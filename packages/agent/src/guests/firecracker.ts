import { defined } from '@nestwatch/common/defined';
import type { GuestShape } from '@nestwatch/proto';
import { lastOf, parseArguments } from './arguments.ts';
import { virtioCard } from './cards.ts';
import { backingWords, balloonWords } from './memory-words.ts';

/** Name and configuration file of a Firecracker process; what was set through its API is not visible. */
export function parseFirecracker(words: readonly string[]): {
  guest: GuestShape;
  configFile: string | undefined;
} {
  const args = parseArguments(words.slice(1));
  return {
    guest: { vmm: 'firecracker', guest: lastOf(args, 'id') ?? '', accelerator: 'kvm', machine: 'microvm' },
    configFile: lastOf(args, 'config-file'),
  };
}

/** What Firecracker's JSON configuration adds. Any text gives a result; missing members are left out. */
export function parseFirecrackerConfig(text: string): GuestShape {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    return {};
  }
  // One CPU and 128 MiB are its defaults.
  const machine = member(config, 'machine-config') ?? { vcpu_count: 1, mem_size_mib: 128 };
  const vcpus = member(machine, 'vcpu_count');
  const mebibytes = member(machine, 'mem_size_mib');
  const template = member(machine, 'cpu_template');
  return defined({
    vcpus: typeof vcpus === 'number' ? vcpus : undefined,
    memoryBytes: typeof mebibytes === 'number' ? mebibytes * 2 ** 20 : undefined,
    cpuModel: typeof template === 'string' ? template : undefined,
    balloon: balloonOf(member(config, 'balloon')),
    memoryBacking: backingWords({ hugetlb: member(machine, 'huge_pages') === '2M' }),
    nics: items(config, 'network-interfaces').flatMap((nic) => virtioCard(String(member(nic, 'guest_mac')))),
    disks: items(config, 'drives').map((drive) => ({
      bus: 'virtio',
      cache: cacheOf(drive),
      format: 'raw',
    })),
  });
}

function balloonOf(balloon: unknown): string {
  if (balloon === undefined) return 'none';
  const isOn = (name: string) => member(balloon, name) === true;
  return balloonWords(isOn('free_page_reporting'), isOn('deflate_on_oom'));
}

/** Firecracker's default ignores the guest's flushes. Of a disk by vhost-user its other end decides. */
function cacheOf(drive: unknown): string {
  if (member(drive, 'socket') !== undefined) return '';
  return String(member(drive, 'cache_type') ?? 'Unsafe').toLowerCase();
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined;
}

function items(of: unknown, name: string): unknown[] {
  const value = member(of, name);
  return Array.isArray(value) ? value.slice(0, 64) : [];
}
