/** How often one thread exited for one reason, as the kernel summed it. */
export interface ReasonSum {
  readonly thread: number;
  readonly isa: number;
  readonly code: number;
  readonly hits: number;
}

/** Keys of the sums, for the kernel: what `parseSums` reads. */
export const SUM_KEYS = 'common_pid,isa,exit_reason';

const ENTRY = /^\{\s*common_pid:\s*(\d+),\s*isa:\s*(\d+),\s*exit_reason:\s*(\d+)\s*\}\s*hitcount:\s*(\d+)/gm;

/** Reads a `hist` file of tracefs, and how many hits found no room in the table. */
export function parseSums(text: string): { readonly sums: ReasonSum[]; readonly dropped: number } {
  const sums = [...text.matchAll(ENTRY)].map(([, thread, isa, code, hits]) => ({
    thread: Number(thread),
    isa: Number(isa),
    code: Number(code),
    hits: Number(hits),
  }));
  return { sums, dropped: Number(/^\s*Dropped:\s*(\d+)/m.exec(text)?.[1] ?? 0) };
}
