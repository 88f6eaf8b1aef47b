const BASE = 0x400000;
const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const HEADER_BYTES = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;

/**
 * A static ELF-64 program for x86-64 (elf(5)) of one segment, which may be read, written and executed.
 * @param code begins with the first instruction
 */
export function elfProgram(code: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16); // ET_EXEC
  header.writeUInt16LE(62, 18); // EM_X86_64
  header.writeUInt32LE(1, 20); // EV_CURRENT
  header.writeUInt32LE(BASE + HEADER_BYTES, 24); // entry
  header.writeUInt32LE(ELF_HEADER_BYTES, 32); // program headers
  header.writeUInt16LE(ELF_HEADER_BYTES, 52);
  header.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  header.writeUInt16LE(1, 56); // one of them
  const bytes = HEADER_BYTES + code.length;
  const at = ELF_HEADER_BYTES;
  header.writeUInt32LE(1, at); // PT_LOAD
  header.writeUInt32LE(7, at + 4); // PF_R | PF_W | PF_X
  header.writeUInt32LE(BASE, at + 16); // virtual
  header.writeUInt32LE(BASE, at + 24); // physical
  header.writeUInt32LE(bytes, at + 32); // in the file
  header.writeUInt32LE(bytes, at + 40); // in memory
  header.writeUInt32LE(0x1000, at + 48);
  return Buffer.concat([header, code]);
}
