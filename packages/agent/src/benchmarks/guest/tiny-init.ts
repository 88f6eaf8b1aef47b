/** What the guest's first process says on the console: the kernel is up, and user space runs. */
export const USER_SPACE_MARK = 'nestwatch: user space';

const BASE = 0x400000;
const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;

/**
 * The whole user space of the smallest guest: a static x86-64 ELF program of three system calls' worth, which writes
 * the mark to its standard output and restarts the machine (reboot(2)).
 */
export function tinyInit(): Buffer {
  const mark = Buffer.from(`${USER_SPACE_MARK}\n`);
  const code = Buffer.concat([
    moveInto('eax', 1), // write
    moveInto('edi', 1), // standard output
    loadAddress(5 + 2 + 5 + 5 + 5 + 5 + 2 + 2),
    moveInto('edx', mark.length),
    SYSCALL,
    moveInto('eax', 169), // reboot
    moveInto('edi', 0xfee1dead), // LINUX_REBOOT_MAGIC1
    moveInto('esi', 0x28121969), // LINUX_REBOOT_MAGIC2
    moveInto('edx', 0x01234567), // LINUX_REBOOT_CMD_RESTART
    SYSCALL,
    FOREVER,
  ]);
  const body = Buffer.concat([code, mark]);
  const size = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES + body.length;
  return Buffer.concat([elfHeader(), programHeader(size), body]);
}

const SYSCALL = Buffer.from([0x0f, 0x05]);
const FOREVER = Buffer.from([0xeb, 0xfe]); // jmp to itself
const MOVE = { eax: 0xb8, edx: 0xba, esi: 0xbe, edi: 0xbf } as const;

function moveInto(register: keyof typeof MOVE, value: number): Buffer {
  const instruction = Buffer.alloc(5);
  instruction.writeUInt8(MOVE[register]);
  instruction.writeUInt32LE(value, 1);
  return instruction;
}

/** lea rsi, [rip + distance]: the distance is from the end of this instruction. */
function loadAddress(distance: number): Buffer {
  const instruction = Buffer.from([0x48, 0x8d, 0x35, 0, 0, 0, 0]);
  instruction.writeInt32LE(distance, 3);
  return instruction;
}

/** ELF-64, little endian, executable, x86-64 (elf(5)). */
function elfHeader(): Buffer {
  const header = Buffer.alloc(ELF_HEADER_BYTES);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16); // ET_EXEC
  header.writeUInt16LE(62, 18); // EM_X86_64
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(BASE + ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES), 24); // entry
  header.writeBigUInt64LE(BigInt(ELF_HEADER_BYTES), 32); // program headers
  header.writeUInt16LE(ELF_HEADER_BYTES, 52);
  header.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  header.writeUInt16LE(1, 56);
  return header;
}

/** One segment: the whole file, to be read and executed. */
function programHeader(size: number): Buffer {
  const header = Buffer.alloc(PROGRAM_HEADER_BYTES);
  header.writeUInt32LE(1, 0); // PT_LOAD
  header.writeUInt32LE(5, 4); // PF_R | PF_X
  header.writeBigUInt64LE(BigInt(BASE), 16);
  header.writeBigUInt64LE(BigInt(BASE), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  header.writeBigUInt64LE(BigInt(size), 40);
  header.writeBigUInt64LE(0x1000n, 48);
  return header;
}
