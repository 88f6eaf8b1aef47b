/** QEMU's names for its two switches: host page cache avoided, flushes ignored. */
export function cacheName(direct: boolean, noFlush: boolean): string {
  if (noFlush) return 'unsafe';
  return direct ? 'none' : 'writeback';
}
