import { join } from 'node:path';
import { inTree } from '../image/libraries.ts';
import type { SystemImage } from '../image/system-image.ts';
import type { LayerLayout } from './layout.ts';

interface OuterMachine {
  system: SystemImage;
  configDisk: string;
  scratchDisk: string;
  /** Path of which .in and .out are the two pipes of the console. */
  consolePath: string;
  /** File that guest0's kernel writes its messages to. */
  serialLog: string;
  layer: LayerLayout;
  accelerator: 'tcg' | 'kvm';
  /** Seconds that pass in the lab in one second of this machine; below 1 is slow motion. */
  speed: number;
  /** Frequency of this machine's time stamp counter, kHz. */
  tscKhz: number;
}

/** Emulated CPU: AMD's SVM with nested paging, and the two features that make nested exits cheaper. */
const TCG_CPU = 'EPYC,+svm,+npt,+vgif,+v-vmsave-vmload,-xsaves';

/** The command line of guest0's QEMU; the other layers' stands in guest/child.sh. */
export function outerCommandLine(machine: OuterMachine) {
  const { system, layer } = machine;
  const [program, loaderArgs] = inTree(system.tree, join(system.tree, 'usr/bin/qemu-system-x86_64'));
  const disk = (id: string, file: string, options: string) => [
    '-drive',
    `id=${id},if=none,format=raw,${options},file=${file.replaceAll(',', ',,')}`,
    '-device',
    `virtio-blk-device,drive=${id},serial=${id}`,
  ];
  return {
    program,
    args: [
      ...loaderArgs,
      ...['-name', layer.name, '-machine', 'microvm,acpi=on,rtc=on'],
      ...(machine.accelerator === 'tcg'
        ? ['-accel', 'tcg', '-cpu', TCG_CPU]
        : ['-accel', 'kvm', '-cpu', 'host']),
      ...['-smp', '1', '-m', String(layer.memoryMib), '-L', join(system.tree, 'usr/share/qemu')],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-kernel', system.kernel, '-initrd', system.initrd],
      ...['-append', kernelCommandLine(machine)],
      ...disk('system', system.disk, 'readonly=on,file.locking=off'),
      ...disk('config', machine.configDisk, 'readonly=on,file.locking=off'),
      ...disk('scratch', machine.scratchDisk, 'cache=unsafe'),
      ...['-netdev', `user,id=net,net=10.60.${layer.depth}.0/24,host=10.60.${layer.depth}.2`],
      ...['-device', `virtio-net-device,netdev=net,mac=${layer.mac}`],
      // One virtio console carries what the layers say up and orders down: a whole line costs one exit.
      ...['-chardev', `pipe,id=console,path=${machine.consolePath}`, '-device', 'virtio-serial-device'],
      ...['-device', 'virtconsole,chardev=console', '-serial', `file:${machine.serialLog}`],
    ],
    env: {
      QEMU_MODULE_DIR: join(system.tree, 'lib/qemu'),
      ...(machine.speed !== 1 && {
        LD_PRELOAD: join(system.tree, 'lib/libfaketime.so.1'),
        FAKETIME: `+0 x${machine.speed}`,
      }),
    },
  };
}

/** `quiet`, because one character on an emulated serial port costs guest3 tens of milliseconds. */
function kernelCommandLine({ layer, accelerator, speed, tscKhz }: OuterMachine): string {
  const words = ['console=ttyS0', 'quiet', 'panic=-1', `nestwatch.depth=${layer.depth}`];
  if (accelerator === 'tcg') words.push(`tsc_early_khz=${Math.round(tscKhz / speed)}`, 'tsc=reliable');
  return words.join(' ');
}
