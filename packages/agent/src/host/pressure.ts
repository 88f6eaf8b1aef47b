/**
 * µs of stall since boot by kind, "some" and "full", from a file of /proc/pressure (Documentation/accounting/psi.rst);
 * kernels before 5.13 have no "full" for CPUs.
 */
export function parsePressure(text: string): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const [, kind = '', total] of text.matchAll(/^(some|full) .*\btotal=(\d+)$/gm)) {
    totals[kind] = Number(total);
  }
  return totals;
}
