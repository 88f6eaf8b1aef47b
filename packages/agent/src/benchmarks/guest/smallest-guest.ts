import { constants, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, messageOf } from '@nestwatch/common/errors';
import { absent, type Found, type Host, known, valueIn } from '../../host/host.ts';
import type { Repetition, WorkContext } from '../benchmark.ts';
import { runCommand } from '../command.ts';
import { firstUsable } from '../find-program.ts';
import { findQemu } from './find-qemu.ts';
import { tinyInitramfs } from './initramfs.ts';
import { USER_SPACE_MARK } from './tiny-init.ts';

/** What is needed to boot the smallest guest: JSON, for the child process. */
export interface SmallestGuest {
  readonly qemu: string;
  readonly kernel: string;
  /** "tcg" is for trying it where KVM does not work; its times say nothing. */
  readonly accelerator: 'kvm' | 'tcg';
}

/** microvm has the least to start; distributions that leave it out have q35. */
export type Machine = 'microvm' | 'q35';

/** What this QEMU is, and which of the machines it has. */
export async function inspectQemu({ qemu }: SmallestGuest, { signal }: WorkContext) {
  const version = await runCommand(qemu, ['--version'], { signal });
  const machines = await runCommand(qemu, ['-machine', 'help'], { signal });
  const machine: Machine = /^microvm\s/m.test(machines.stdout) ? 'microvm' : 'q35';
  return { version: /version (\S+)/.exec(version.stdout)?.[1] ?? '', machine };
}

const BOOT_LIMIT_MS = 300_000;
const MEMORY_MIB = 128;

/** Where KVM works and there are a QEMU and a kernel: the kernel that runs, or the one that is configured. */
export async function findSmallestGuest(
  host: Host,
  configuredKernel: string,
  configuredQemu = '',
): Promise<Found<SmallestGuest>> {
  if (process.arch !== 'x64') return absent('the smallest guest is made for x86_64');
  try {
    await (await open('/dev/kvm', 'r+')).close();
  } catch (error) {
    return absent(`/dev/kvm: ${errnoOf(error) ?? messageOf(error)}`);
  }
  const program = await findQemu(configuredQemu);
  if (program.state !== 'known') return program;
  const qemu = program.value;
  const running = valueIn(await host.read('/proc/sys/kernel/osrelease'))?.trim() ?? '';
  const kernels =
    configuredKernel === ''
      ? [`/boot/vmlinuz-${running}`, `/lib/modules/${running}/vmlinuz`, '/boot/vmlinuz', '/vmlinuz']
      : [configuredKernel];
  const kernel = await firstUsable(kernels, constants.R_OK);
  if (kernel !== undefined) return known({ qemu, kernel, accelerator: 'kvm' });
  return absent(`no readable kernel at ${kernels.join(', ')} (set benchmarks.kernel to another)`);
}

/**
 * Boots the guest once: from the start of QEMU to the first line that its user space writes to the serial console.
 * @throws when it ends without that line
 */
export async function bootOnce(
  guest: SmallestGuest,
  machine: Machine,
  context: WorkContext,
): Promise<Repetition> {
  const initramfs = join(context.scratch, 'initramfs');
  await writeFile(initramfs, tinyInitramfs());
  const startedUs = context.clock.monoUs();
  let durationUs: number | undefined;
  const end = await runCommand(guest.qemu, qemuArguments(guest, machine, initramfs), {
    signal: context.signal,
    limitMs: BOOT_LIMIT_MS,
    onLine(line) {
      if (line.includes(USER_SPACE_MARK)) durationUs ??= context.clock.monoUs() - startedUs;
    },
  });
  if (durationUs !== undefined) return { durationUs, units: 1 };
  const lastLine = end.stdout.trim().split('\n').at(-1)?.trim();
  const why = end.complaint || lastLine || `QEMU ${end.problem || 'ended'}`;
  throw new Error(`the guest did not reach user space: ${why}`);
}

function qemuArguments(
  { accelerator, kernel }: SmallestGuest,
  machine: Machine,
  initramfs: string,
): string[] {
  return [
    ...['-name', 'nestwatch-benchmark', '-machine', machine, '-accel', accelerator],
    ...['-cpu', accelerator === 'kvm' ? 'host' : 'max', '-smp', '1', '-m', String(MEMORY_MIB)],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
    ...['-kernel', kernel, '-initrd', initramfs],
    ...['-append', 'console=ttyS0 quiet panic=-1 reboot=t'],
  ];
}
