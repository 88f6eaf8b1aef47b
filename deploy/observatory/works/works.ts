import type { Assembler } from './assembler.ts';
import { CALL, MADV_NOHUGEPAGE, NEW_MEMORY, O_DIRECT, SAME_MEMORY, THREAD } from './linux.ts';
import { nanoseconds, now, orFail, type Parts, room, timeAt } from './program.ts';

const PAGE_BYTES = 4096;
const TOUCHED_BYTES = 64 * 1024 * 1024;
const SPIN_NS = 500_000_000;
const REST_SECONDS = 1;
/** An echo request of ICMP without data: type, code, checksum, identifier, sequence number. */
const ECHO = [8, 0, 0xe5, 0xca, 0x12, 0x34, 0, 1];

const firstArgument = (code: Assembler, register: 'rax' | 'rdi') =>
  // mov register, [rsp + 16]
  code.raw(0x48, 0x8b, register === 'rax' ? 0x44 : 0x7c, 0x24, 0x10);

/** Opens the file that the first argument names, to a place `file`. */
function openArgument(code: Assembler, flags: number): void {
  firstArgument(code, 'rdi');
  code.move('rsi', flags);
  code.move('rax', CALL.open);
  code.raw(0x0f, 0x05);
  orFail(code);
  code.store('file', 'rax');
}

/** New memory, whose address goes to a place of that name. */
function newMemory(code: Assembler, place: string, bytes: number): void {
  code.call(CALL.mmap, 0, bytes, ...NEW_MEMORY);
  orFail(code);
  code.store(place, 'rax');
}

function onCpu(code: Assembler, mask: 'firstCpu' | 'secondCpu'): void {
  // Where there is no second CPU it is refused, and changes nothing.
  code.call(CALL.setAffinity, 0, 8, { address: mask });
}

function masks(code: Assembler): void {
  code.place('firstCpu');
  code.data(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
  code.place('secondCpu');
  code.data(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]));
}

const sleep = (seconds: number, ns: number, times: number): Parts => ({
  times,
  body: (code) => code.call(CALL.nanosleep, { address: 'length' }, 0),
  data: (code) => timeAt(code, 'length', seconds, ns),
});

/** Two threads that wake each other, each on a CPU of its own where there are two. */
const wakeups = (count: number): Parts => ({
  times: count / 2,
  prepare(code) {
    newMemory(code, 'stack', PAGE_BYTES);
    for (const end of ['there', 'back']) {
      code.call(CALL.eventfd, 0, 0);
      orFail(code);
      code.store(end, 'rax');
    }
    code.addTo('stack', PAGE_BYTES);
    code.call(CALL.clone, THREAD, { value: 'stack' }, 0, 0, 0);
    orFail(code);
    code.test('rax');
    code.jump('thread', 'ifZero');
    onCpu(code, 'firstCpu');
  },
  body(code) {
    code.call(CALL.write, { value: 'there' }, { address: 'one' }, 8);
    code.call(CALL.read, { value: 'back' }, { address: 'mine' }, 8);
  },
  data(code) {
    code.place('thread');
    onCpu(code, 'secondCpu');
    code.place('answer');
    code.call(CALL.read, { value: 'there' }, { address: 'others' }, 8);
    code.call(CALL.write, { value: 'back' }, { address: 'one' }, 8);
    code.jump('answer');
    masks(code);
    code.place('one');
    code.data(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
    for (const place of ['stack', 'there', 'back', 'mine', 'others']) room(code, place, 8);
  },
});

/** Writes one byte into each page of new memory, and leaves it to a process that holds it: so the next piece gets other. */
const firstTouch: Parts = {
  times: TOUCHED_BYTES / PAGE_BYTES,
  prepare(code) {
    newMemory(code, 'memory', TOUCHED_BYTES);
    code.call(CALL.madvise, { value: 'memory' }, TOUCHED_BYTES, MADV_NOHUGEPAGE);
  },
  body(code) {
    code.move('rax', { value: 'memory' });
    code.raw(0xc6, 0x00, 0x01); // mov byte [rax], 1
    code.addTo('memory', PAGE_BYTES);
  },
  finish(code) {
    code.call(CALL.clone, SAME_MEMORY, 0, 0, 0, 0);
    code.test('rax');
    code.jump('hold', 'ifZero');
  },
  data(code) {
    code.place('hold');
    for (const file of [0, 1, 2]) code.call(CALL.close, file);
    code.place('held');
    code.call(CALL.pause);
    code.jump('held');
    room(code, 'memory', 8);
  },
};

/** Reads the same block, past the page cache, of the disk that the first argument names. */
const reads = (count: number): Parts => ({
  times: count,
  prepare(code) {
    newMemory(code, 'memory', PAGE_BYTES);
    openArgument(code, O_DIRECT);
  },
  body(code) {
    code.call(CALL.pread, { value: 'file' }, { value: 'memory' }, PAGE_BYTES, 0);
    orFail(code);
  },
  data: (code) => ['memory', 'file'].forEach((place) => void room(code, place, 8)),
});

/** Echo requests to the network's own gateway, 10.60.N.2, which the monitor answers; N is the first argument. */
const packets = (count: number): Parts => ({
  times: count,
  prepare(code) {
    firstArgument(code, 'rax');
    code.raw(0x8a, 0x00, 0x2c, 0x30); // mov al, [rax]; sub al, '0'
    code.raw(0x48, 0x0f, 0xb6, 0xd8); // movzx rbx, al
    code.move('rdi', { address: 'layer' });
    code.raw(0x88, 0x1f); // mov [rdi], bl
    code.call(CALL.socket, 2, 3, 1); // AF_INET, SOCK_RAW, IPPROTO_ICMP
    orFail(code);
    code.store('file', 'rax');
    // SOL_SOCKET, SO_RCVTIMEO: an answer that does not come is a failure.
    code.call(CALL.setsockopt, { value: 'file' }, 1, 20, { address: 'limit' }, 16);
    code.call(CALL.connect, { value: 'file' }, { address: 'gateway' }, 16);
    orFail(code);
  },
  body(code) {
    code.call(CALL.write, { value: 'file' }, { address: 'echo' }, ECHO.length);
    orFail(code);
    code.call(CALL.read, { value: 'file' }, { address: 'answer' }, 64);
    orFail(code);
  },
  data(code) {
    code.place('gateway');
    code.data(Buffer.from([2, 0, 0, 0, 10, 60]));
    code.place('layer');
    code.data(Buffer.from([0, 2, ...new Array<number>(8).fill(0)]));
    code.place('echo');
    code.data(Buffer.from(ECHO));
    timeAt(code, 'limit', 5, 0);
    room(code, 'file', 8);
    room(code, 'answer', 64);
  },
});

/** Starts /bin/true, again and again. */
const spawns = (count: number): Parts => ({
  times: count,
  prepare(code) {
    code.move('rax', { address: 'program' });
    code.store('words', 'rax');
  },
  body(code) {
    code.call(CALL.fork);
    code.test('rax');
    code.jump('child', 'ifZero');
    orFail(code);
    code.call(CALL.wait4, -1, 0, 0, 0);
  },
  data(code) {
    code.place('child');
    code.call(CALL.execve, { address: 'program' }, { address: 'words' }, { address: 'none' });
    code.jump('fail');
    code.place('program');
    code.data(Buffer.from('/bin/true\0'));
    room(code, 'words', 8);
    room(code, 'none', 8);
  },
});

/** Runs for a time without a reason to leave the guest: what its timer ticks cost is left. */
const spin: Parts = {
  times: 1,
  prepare(code) {
    now(code, 'instant');
    code.addTo('instant.ns', SPIN_NS);
    nanoseconds(code, 'instant');
    code.store('deadline', 'rax');
  },
  body(code) {
    code.place('again');
    now(code, 'instant');
    nanoseconds(code, 'instant');
    code.compare('rax', { value: 'deadline' });
    code.jump('again', 'ifBelow');
  },
  data(code) {
    timeAt(code, 'instant', 0, 0);
    room(code, 'deadline', 8);
  },
};

/** Executes CPUID, which always leaves the guest. */
const cpuids = (count: number): Parts => ({
  times: count,
  body(code) {
    code.move('rax', 1);
    code.move('rcx', 0);
    code.raw(0x0f, 0xa2);
  },
});

/** Has another CPU do something and waits for it: reads of /dev/cpu/1/cpuid on CPU 0. */
const calls = (count: number): Parts => ({
  times: count,
  prepare(code) {
    onCpu(code, 'firstCpu');
    openArgument(code, 0);
  },
  body(code) {
    code.call(CALL.pread, { value: 'file' }, { address: 'answer' }, 16, 1);
    orFail(code);
  },
  data(code) {
    masks(code);
    room(code, 'file', 8);
    room(code, 'answer', 16);
  },
});

/** The programs of an observation, by file name; seconds are the lab's. */
export const programParts = (idleSeconds: number) =>
  ({
    none: { times: 0 },
    spin,
    rest: sleep(REST_SECONDS, 0, 1),
    cpuid: cpuids(1000),
    timer: sleep(0, 1_000_000, 1000),
    touch: firstTouch,
    read: reads(1000),
    packet: packets(1000),
    spawn: spawns(200),
    wake: wakeups(1000),
    call: calls(1000),
    idle: sleep(idleSeconds, 0, 1),
  }) satisfies Readonly<Record<string, Parts>>;

export type ProgramName = keyof ReturnType<typeof programParts>;
