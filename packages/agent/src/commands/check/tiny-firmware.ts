/** Port of QEMU's isa-debug-exit device: a byte V written there ends QEMU with exit code (V << 1) | 1. */
export const EXIT_PORT = 0xf4;
const EXIT_BYTE = 0x31;
/** Exit code of QEMU that only a guest which ran can cause. */
export const EXIT_CODE = (EXIT_BYTE << 1) | 1;

const SIZE = 64 * 1024;
/** Where an x86 CPU begins: 16 bytes below the end of the firmware. */
const RESET_VECTOR = SIZE - 16;

/**
 * A firmware of four instructions for `qemu -bios`: the guest says that it ran and halts. It needs no kernel, no
 * disk and no more than a few milliseconds.
 */
export function tinyFirmware(): Buffer {
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
