import { defined } from '@nestwatch/common/defined';
import type { GuestShape } from '@nestwatch/proto';
import { normaliseMac } from '../host/identity/identity.ts';
import { lastOf, parseArguments } from './arguments.ts';

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

/** What Firecracker's JSON configuration adds. Any text gives a result; what is not there is left out. */
export function parseFirecrackerConfig(text: string): GuestShape {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    return {};
  }
  const machine = member(config, 'machine-config');
  const vcpus = member(machine, 'vcpu_count');
  const mebibytes = member(machine, 'mem_size_mib');
  const template = member(machine, 'cpu_template');
  return defined({
    vcpus: typeof vcpus === 'number' ? vcpus : undefined,
    memoryBytes: typeof mebibytes === 'number' ? mebibytes * 2 ** 20 : undefined,
    cpuModel: typeof template === 'string' ? template : undefined,
    nics: items(config, 'network-interfaces').flatMap((nic) => {
      const mac = normaliseMac(String(member(nic, 'guest_mac') ?? ''));
      return mac === undefined ? [] : [{ model: 'virtio', mac, defaultMac: false }];
    }),
    disks: items(config, 'drives').map((drive) => ({
      bus: 'virtio',
      // Firecracker's default ignores the guest's flushes.
      cache: String(member(drive, 'cache_type') ?? 'Unsafe').toLowerCase(),
      format: 'raw',
    })),
  });
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined;
}

function items(of: unknown, name: string): unknown[] {
  const value = member(of, name);
  return Array.isArray(value) ? value.slice(0, 64) : [];
}
