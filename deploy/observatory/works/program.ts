import { type Assembler, createAssembler } from './assembler.ts';
import { elfProgram } from './elf.ts';
import { CALL, CLOCK_MONOTONIC } from './linux.ts';

/** What a piece of work consists of. Its parts add instructions, the data goes behind them. */
export interface Parts {
  /** How often the body is run. */
  readonly times: number;
  /** Runs first, and is not timed. */
  prepare?(code: Assembler): void;
  body?(code: Assembler): void;
  /** Runs when the time is printed. */
  finish?(code: Assembler): void;
  /** Data, and code that is only jumped to. */
  data?(code: Assembler): void;
}

const TEXT_BYTES = 20;

/**
 * Makes a program that does a piece of work and prints how long it took, in ns by the machine's monotonic clock. It exits
 * with 1, and prints nothing, when something failed.
 */
export function workProgram({ times, prepare, body, finish, data }: Parts): Buffer {
  const code = createAssembler();
  prepare?.(code);
  now(code, 'before');
  if (body !== undefined && times > 0) code.repeat(times, () => body(code));
  now(code, 'after');
  nanoseconds(code, 'before');
  code.store('startedNs', 'rax');
  nanoseconds(code, 'after');
  code.subtract('rax', 'startedNs');
  print(code);
  finish?.(code);
  code.call(CALL.exitGroup, 0);
  code.place('fail');
  code.call(CALL.exitGroup, 1);
  data?.(code);
  for (const time of ['before', 'after']) timeAt(code, time, 0, 0);
  room(code, 'startedNs', 8);
  room(code, 'text', TEXT_BYTES);
  code.place('textEnd');
  code.data(Buffer.from('\n'));
  code.place('textAfter');
  code.counters();
  return elfProgram(code.finish());
}

/** Reads the clock into a place made with `timeAt`. */
export function now(code: Assembler, place: string): void {
  code.call(CALL.clockGettime, CLOCK_MONOTONIC, { address: place });
}

/** A time of that place as ns in rax. */
export function nanoseconds(code: Assembler, place: string): void {
  code.move('rax', { value: place });
  code.raw(0x48, 0x69, 0xc0, 0x00, 0xca, 0x9a, 0x3b); // imul rax, rax, 1000000000
  code.add('rax', `${place}.ns`);
}

/** Data: struct timespec. */
export function timeAt(code: Assembler, place: string, seconds: number, ns: number): void {
  const fields = Buffer.alloc(16);
  fields.writeUInt32LE(seconds, 0);
  fields.writeUInt32LE(ns, 8);
  code.place(place);
  code.data(fields.subarray(0, 8));
  code.place(`${place}.ns`);
  code.data(fields.subarray(8));
}

/** Data: bytes that are zero. */
export function room(code: Assembler, place: string, bytes: number): void {
  code.place(place);
  code.data(Buffer.alloc(bytes));
}

/** Ends the program when the system call before it failed. */
export function orFail(code: Assembler): void {
  code.test('rax');
  code.jump('fail', 'ifNegative');
}

/** Writes rax as decimal digits and a line end to the standard output. */
function print(code: Assembler): void {
  code.move('rdi', { address: 'textEnd' });
  code.move('rbx', 10);
  code.place('digit');
  code.raw(0x31, 0xd2); // xor edx, edx
  code.raw(0x48, 0xf7, 0xf3); // div rbx
  code.raw(0x80, 0xc2, 0x30); // add dl, '0'
  code.raw(0x48, 0xff, 0xcf); // dec rdi
  code.raw(0x88, 0x17); // mov [rdi], dl
  code.test('rax');
  code.jump('digit', 'ifNotZero');
  code.raw(0x48, 0x89, 0xfe); // mov rsi, rdi
  code.move('rdx', { address: 'textAfter' });
  code.raw(0x48, 0x29, 0xf2); // sub rdx, rsi
  code.move('rdi', 1);
  code.move('rax', CALL.write);
  code.raw(0x0f, 0x05); // syscall
}
