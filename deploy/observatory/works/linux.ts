/** Linux' system calls on x86-64 that the pieces of work make, by number (arch/x86/entry/syscalls/syscall_64.tbl). */
export const CALL = {
  read: 0,
  write: 1,
  open: 2,
  close: 3,
  mmap: 9,
  pread: 17,
  madvise: 28,
  pause: 34,
  nanosleep: 35,
  socket: 41,
  connect: 42,
  setsockopt: 54,
  clone: 56,
  fork: 57,
  execve: 59,
  wait4: 61,
  setAffinity: 203,
  clockGettime: 228,
  exitGroup: 231,
  eventfd: 290,
} as const;

export const CLOCK_MONOTONIC = 1;
export const O_DIRECT = 0o40000;
/** Anonymous, private memory that may be read and written. */
export const NEW_MEMORY = [3, 0x22, -1, 0] as const;
export const MADV_NOHUGEPAGE = 15;
/** CLONE_VM, _FS, _FILES, _SIGHAND, _THREAD and _SYSVSEM: a thread. */
export const THREAD = 0x50f00;
/** CLONE_VM with SIGCHLD: another process on the same memory. */
export const SAME_MEMORY = 0x111;
