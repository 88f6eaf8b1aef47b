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
  return littleEndian([1, MOVE[register]], [4, value]);
}

/** lea rsi, [rip + distance]: the distance is from the end of this instruction. */
function loadAddress(distance: number): Buffer {
  return littleEndian([1, 0x48], [1, 0x8d], [1, 0x35], [4, distance]);
}

/** ELF-64, little endian, executable, x86-64 (elf(5)). */
function elfHeader(): Buffer {
  const identification = Buffer.from('\x7fELF\x02\x01\x01'.padEnd(16, '\0'), 'latin1');
  const kind = littleEndian([2, 2], [2, 62], [4, 1]); // ET_EXEC, EM_X86_64, version
  const entry = BASE + ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
  const places = littleEndian([8, entry], [8, ELF_HEADER_BYTES], [8, 0]); // program headers, no sections
  const sizes = littleEndian([4, 0], [2, ELF_HEADER_BYTES], [2, PROGRAM_HEADER_BYTES], [2, 1], [6, 0]);
  return Buffer.concat([identification, kind, places, sizes]);
}

/** One segment: the whole file, to be read and executed. */
function programHeader(size: number): Buffer {
  const kind = littleEndian([4, 1], [4, 5]); // PT_LOAD, PF_R | PF_X
  const places = littleEndian([8, 0], [8, BASE], [8, BASE]); // in the file, virtual, physical
  return Buffer.concat([kind, places, littleEndian([8, size], [8, size], [8, 0x1000])]);
}

/** Numbers that are not negative and below 2^48, each with the bytes that it takes. */
function littleEndian(...fields: readonly (readonly [bytes: number, value: number])[]): Buffer {
  const all = fields.map(([bytes, value]) => {
    const field = Buffer.alloc(bytes);
    field.writeUIntLE(value, 0, Math.min(bytes, 6));
    return field;
  });
  return Buffer.concat(all);
}
