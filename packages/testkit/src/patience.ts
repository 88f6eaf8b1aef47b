/**
 * For vi.waitFor and expect.poll: conditions that a busy machine may take long to reach. Time never decides here; the
 * test's own limit, which is longer, only ends what hangs.
 */
export const PATIENT = { timeout: 120_000, interval: 25 };
