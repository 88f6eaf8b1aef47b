import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Port of QEMU's isa-debug-exit device: a byte V written there ends QEMU with exit code (V << 1) | 1. */
const EXIT_PORT = 0xf4;
const EXIT_BYTE = 0x31;
/** Exit code of QEMU that only a guest which ran can cause. */
export const TINY_GUEST_RAN = (EXIT_BYTE << 1) | 1;

const SIZE = 64 * 1024;
/** Where an x86 CPU begins: 16 bytes below the end of the firmware. */
const RESET_VECTOR = SIZE - 16;

/**
 * Arguments of QEMU for a guest of four instructions: the last grade of evidence that guests run. It has no disk, no
 * network and 16 MiB, and ends by itself with TINY_GUEST_RAN.
 * @param accelerator "tcg" shows that the test itself works
 * @param folder where its firmware is written
 */
export function prepareTinyGuest(name: string, accelerator: 'kvm' | 'tcg', folder: string): string[] {
  const firmware = join(folder, 'firmware');
  writeFileSync(firmware, tinyFirmware());
  return [
    ...['-name', name, '-machine', 'pc', '-accel', accelerator, '-m', '16', '-smp', '1'],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-bios', firmware],
    ...['-device', `isa-debug-exit,iobase=0x${EXIT_PORT.toString(16)},iosize=0x01`],
  ];
}

/**
 * A firmware of four instructions for `qemu -bios`: the guest says that it ran and halts. It needs no kernel, no
 * disk and no more than a few milliseconds.
 */
function tinyFirmware(): Buffer {
  const image = Buffer.alloc(SIZE, 0xf4);
  const code = [
    ...[0xb0, EXIT_BYTE], // mov al, EXIT_BYTE
    ...[0xe6, EXIT_PORT], // out EXIT_PORT, al
    0xf4, // hlt
    ...[0xeb, 0xfd], // jmp to the hlt
  ];
  Buffer.from(code).copy(image, RESET_VECTOR);
  return image;
}
