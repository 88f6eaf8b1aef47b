/** Registers, by the number that x86-64 gives them. */
const REGISTERS = { rax: 0, rcx: 1, rdx: 2, rbx: 3, rsp: 4, rsi: 6, rdi: 7, r8: 8, r9: 9, r10: 10 } as const;
export type Register = keyof typeof REGISTERS;

/** What an instruction takes: a number of 32 bits with its sign, the address of a place, or what stands there (8 bytes). */
export type Operand = number | { readonly address: string } | { readonly value: string };

const JUMPS = {
  always: [0xe9],
  ifZero: [0x0f, 0x84],
  ifNotZero: [0x0f, 0x85],
  ifBelow: [0x0f, 0x82],
  ifNegative: [0x0f, 0x88],
} as const;
const WIDE = 0x48;

/**
 * Puts x86-64 machine code together, as much of it as the pieces of work need: no compiler is needed where they are made,
 * and nothing of a language's own runtime is counted with them. Every place is addressed from the instruction.
 */
export function createAssembler() {
  const bytes: number[] = [];
  const places = new Map<string, number>();
  /** Four bytes at `at` are to hold how far `place` is from `at + 4`. */
  const open: { at: number; place: string }[] = [];
  const emit = (...more: readonly number[]) => void bytes.push(...more);
  const number32 = (value: number) => {
    const field = Buffer.alloc(4);
    field.writeInt32LE(value);
    emit(...field);
  };
  const distanceTo = (place: string) => {
    open.push({ at: bytes.length, place });
    number32(0);
  };
  const low = (register: Register) => REGISTERS[register] & 7;
  const isHigh = (register: Register) => REGISTERS[register] > 7;
  /** One instruction of a register and a place. */
  const withPlace = (opcode: number, register: Register, place: string) => {
    emit(WIDE | (isHigh(register) ? 4 : 0), opcode, (low(register) << 3) | 5);
    distanceTo(place);
  };

  const assembler = {
    /** Names the place that comes next. */
    place(name: string): void {
      places.set(name, bytes.length);
    },
    /** Data that stands here. */
    data(content: Uint8Array): void {
      emit(...content);
    },
    move(register: Register, operand: Operand): void {
      if (typeof operand !== 'number') {
        const isAddress = 'address' in operand;
        withPlace(isAddress ? 0x8d : 0x8b, register, isAddress ? operand.address : operand.value);
        return;
      }
      emit(WIDE | (isHigh(register) ? 1 : 0), 0xc7, 0xc0 | low(register));
      number32(operand);
    },
    /** Writes a register to a place. */
    store(place: string, register: Register): void {
      withPlace(0x89, register, place);
    },
    /** Subtracts what stands at a place from a register. */
    subtract(register: Register, place: string): void {
      withPlace(0x2b, register, place);
    },
    /** Adds to what stands at a place. */
    addTo(place: string, value: number): void {
      emit(WIDE, 0x81, 0x05);
      // The distance is from the end of the instruction, which has four bytes more.
      open.push({ at: bytes.length, place });
      number32(-4);
      number32(value);
    },
    add(register: Register, place: string): void {
      withPlace(0x03, register, place);
    },
    compare(register: Register, operand: { readonly value: string }): void {
      withPlace(0x3b, register, operand.value);
    },
    /** Sets the flags by whether a register is zero. */
    test(register: Register): void {
      emit(WIDE | (isHigh(register) ? 5 : 0), 0x85, 0xc0 | (low(register) << 3) | low(register));
    },
    jump(to: string, when: keyof typeof JUMPS = 'always'): void {
      emit(...JUMPS[when]);
      distanceTo(to);
    },
    /** Instructions that nothing here has a name for. */
    raw(...code: readonly number[]): void {
      emit(...code);
    },
    /** Linux' system call of a number; its result is in rax. rcx and r11 are lost. */
    call(number: number, ...args: readonly Operand[]): void {
      const order = ['rdi', 'rsi', 'rdx', 'r10', 'r8', 'r9'] as const;
      for (const [at, argument] of args.entries()) assembler.move(order[at] ?? 'r9', argument);
      assembler.move('rax', number);
      emit(0x0f, 0x05);
    },
    /** Repeats something a number of times, counted at a place of its own. */
    repeat(times: number, body: () => void): void {
      const name = `loop${bytes.length}`;
      assembler.move('rax', times);
      assembler.store(`${name}.left`, 'rax');
      assembler.place(name);
      body();
      assembler.addTo(`${name}.left`, -1);
      assembler.jump(name, 'ifNotZero');
      counters.push(`${name}.left`);
    },
    /** Room of 8 bytes for each loop's counter. */
    counters(): void {
      for (const counter of counters.splice(0)) {
        assembler.place(counter);
        emit(...new Array<number>(8).fill(0));
      }
    },
    /** The code, with the distance to each place in it. @throws Error naming a place that is not there */
    finish(): Buffer {
      const code = Buffer.from(bytes);
      for (const { at, place } of open) {
        const to = places.get(place);
        if (to === undefined) throw new Error(`no place ${place}`);
        code.writeInt32LE(code.readInt32LE(at) + to - (at + 4), at);
      }
      return code;
    },
  };
  const counters: string[] = [];
  return assembler;
}

export type Assembler = ReturnType<typeof createAssembler>;
