import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CPU = 'processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 7702 64-Core Processor\n';
const FLAGS = 'fpu tsc svm npt nrip_save';

export const REAL_CPUID = '/dev/cpu/0/cpuid';
const HYPERVISOR_LEAF = 0x40000000;

export interface FixtureMachine {
  /** Nothing is underneath; else a hypervisor is. */
  readonly hardware?: boolean;
  /** What CPUID names as the hypervisor, such as "VMwareVMware". */
  readonly signature?: string;
  /** CPUID is that of the machine that the test runs on, so that an exit costs what it costs there. */
  readonly measuresExits?: boolean;
  /** Address of its virtual network card. */
  readonly mac?: string;
  readonly guest?: FixtureGuest;
  /** Further files, such as those of DMI, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A guest that runs in it under QEMU. */
export interface FixtureGuest {
  readonly pid: number;
  readonly name: string;
  readonly mac: string;
  /** Start of its process, ticks since boot. */
  readonly startTicks?: number;
}

/** A folder of files that stands for a machine: an agent with it as its `host.root` reports as that machine. */
export function createFixtureMachine(root: string, node: string, machine: FixtureMachine): void {
  const write = (path: string, text: string) => put(root, path, text);
  write('proc/cpuinfo', `${CPU}flags\t\t: ${FLAGS}${machine.hardware === true ? '' : ' hypervisor'}\n`);
  write('proc/uptime', '5000.00 9000.00\n');
  write('proc/loadavg', '0.10 0.20 0.30 1/100 4000\n');
  write('proc/sys/kernel/hostname', `${node}\n`);
  write('proc/sys/kernel/random/boot_id', `${node.length}1234567-0000-4000-8000-000000000000\n`);
  write('sys/module/kvm_amd/parameters/nested', '1\n');
  write('dev/kvm', '');
  mkdirSync(join(root, 'dev/cpu/0'), { recursive: true });
  symlinkSync('/dev/zero', join(root, 'dev/zero'));
  if (machine.measuresExits === true) symlinkSync(REAL_CPUID, join(root, 'dev/cpu/0/cpuid'));
  else if (machine.signature !== undefined) writeSignature(root, machine.signature);
  if (machine.mac !== undefined) {
    write('sys/class/net/eth0/address', `${machine.mac}\n`);
    symlinkSync('../../../devices/virtio0', join(root, 'sys/class/net/eth0/device'));
  }
  if (machine.guest !== undefined) startFixtureGuest(root, machine.guest);
  for (const [path, text] of Object.entries(machine.files ?? {})) write(path, text);
}

export function startFixtureGuest(
  root: string,
  { pid, name, mac, startTicks = 400_000 }: FixtureGuest,
): void {
  const words = ['qemu-system-x86_64', '-name', name, '-accel', 'kvm', '-m', '1024'];
  words.push('-device', `virtio-net-pci,mac=${mac}`, '');
  put(root, `proc/${pid}/stat`, `${pid} (qemu-system-x86) S ${'1 '.repeat(16)}3 1 ${startTicks} 0 0\n`);
  // Last, because it is what makes the process a guest.
  put(root, `proc/${pid}/cmdline`, words.join('\0'));
}

/** The device's offset is the leaf; the signature stands in EBX, ECX and EDX. The file has a hole up to there. */
function writeSignature(root: string, signature: string): void {
  const registers = Buffer.alloc(16);
  registers.write(signature, 4, 'latin1');
  const file = openSync(join(root, 'dev/cpu/0/cpuid'), 'w');
  try {
    writeSync(file, registers, 0, registers.length, HYPERVISOR_LEAF);
  } finally {
    closeSync(file);
  }
}

function put(root: string, path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
