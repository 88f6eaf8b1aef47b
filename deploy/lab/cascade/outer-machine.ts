import { UsageError } from '@nestwatch/common/errors';
import { qemuCommand } from '../image/add-qemu.ts';
import { bootFiles, busyboxOf, qemuRoot, type SystemImage } from '../image/system-image.ts';
import { KERNEL_WORDS, timerWords } from './kernel-words.ts';
import type { Machine } from './layout.ts';
import { natsForward } from './nats-inside.ts';
import { monitorArgs } from './qmp.ts';

interface OuterMachine {
  system: SystemImage;
  configDisk: string;
  scratchDisk: string;
  /** Path of which .in and .out are the two pipes of the console. */
  consolePath: string;
  /** Path of which .in and .out are the two pipes of QEMU's monitor; absent for none. */
  monitorPath?: string;
  /** File that guest0's kernel writes its messages to. */
  serialLog: string;
  /** Port of this machine's loopback on which NATS is; undefined where it is elsewhere. */
  natsPort?: number | undefined;
  /** File descriptor of a saved state to begin with; undefined to boot. */
  incoming?: number;
  /** guest0. */
  machine: Machine;
  accelerator: 'tcg' | 'kvm';
  /** Seconds that pass in the lab in one second of this machine; below 1 is slow motion. */
  speed: number;
  /** Of every layer; 1 by default. */
  cpus?: number;
  /** Frequency of this machine's time stamp counter, kHz. */
  tscKhz: number;
}

/** Emulated CPU: AMD's SVM with nested paging, and the two features that make nested exits cheaper. */
const TCG_CPU = 'EPYC,+svm,+npt,+vgif,+v-vmsave-vmload,-xsaves';

/** The command line of guest0's QEMU; the other layers' stands in guest/child.sh. */
export function outerCommandLine(outer: OuterMachine) {
  const { system, machine } = outer;
  const [parts] = system.layers;
  if (parts === undefined) throw new UsageError('the system has no layer');
  const qemu = qemuCommand(qemuRoot(system.tree, parts));
  const { kernel, initrd } = bootFiles(system.tree, parts);
  const disk = (id: string, file: string, options: string) => [
    '-drive',
    `id=${id},if=none,format=raw,${options},file=${file.replaceAll(',', ',,')}`,
    '-device',
    `virtio-blk-device,drive=${id},serial=${id},queue-size=512`,
  ];
  return {
    program: qemu.program,
    args: [
      ...qemu.args,
      // A second I/O APIC, for more devices than these, is 300 exits of a guest's kernel.
      ...['-name', machine.name, '-machine', 'microvm,acpi=on,rtc=on,ioapic2=off'],
      ...(outer.accelerator === 'tcg'
        ? ['-accel', 'tcg', '-cpu', TCG_CPU]
        : ['-accel', 'kvm', '-cpu', 'host']),
      ...['-smp', String(outer.cpus ?? 1), '-m', String(machine.memoryMib)],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-kernel', kernel, '-initrd', initrd],
      ...['-append', kernelCommandLine(outer)],
      ...disk('system', system.disk, 'readonly=on,file.locking=off'),
      ...disk('config', outer.configDisk, 'readonly=on,file.locking=off'),
      ...disk('scratch', outer.scratchDisk, 'cache=unsafe'),
      ...['-netdev', networkOf(outer)],
      ...['-device', `virtio-net-device,netdev=net,mac=${machine.mac}`],
      // One virtio console carries what the layers say up and orders down: a whole line costs one exit.
      ...['-chardev', `pipe,id=console,path=${outer.consolePath}`],
      // Each of 31 possible ports would have two queues to set up.
      ...['-device', 'virtio-serial-device,max_ports=1'],
      ...['-device', 'virtconsole,chardev=console', '-serial', `file:${outer.serialLog}`],
      ...(outer.monitorPath === undefined ? [] : monitorArgs(outer.monitorPath)),
      ...(outer.incoming === undefined ? [] : ['-incoming', `fd:${outer.incoming}`]),
    ],
    env: {
      ...qemu.env,
      ...(outer.speed !== 1 && {
        LD_PRELOAD: qemu.faketime,
        FAKETIME: `+0 x${outer.speed}`,
      }),
    },
  };
}

function networkOf({ machine: { id }, natsPort, system }: OuterMachine): string {
  const card = `user,id=net,net=10.60.${id}.0/24,host=10.60.${id}.2`;
  return natsPort === undefined ? card : `${card},${natsForward(busyboxOf(system), natsPort)}`;
}

function kernelCommandLine({ machine, accelerator, speed, tscKhz }: OuterMachine): string {
  const words = [...KERNEL_WORDS, `nestwatch.machine=${machine.id}`];
  if (accelerator === 'tcg') {
    const labTscKhz = Math.round(tscKhz / speed);
    words.push(`tsc_early_khz=${labTscKhz}`, 'tsc=reliable', ...timerWords(labTscKhz));
  }
  return words.join(' ');
}
