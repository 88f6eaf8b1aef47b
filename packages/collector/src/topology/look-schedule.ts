import type { Clock } from '@nestwatch/common/clock';

/** A look at a lab of thousands takes a while; it rests this many times as long, for ingest has precedence. */
const REST = 10;

/** Which labs are to be looked at: those that changed, each after a rest by what its last look took. */
export function createLookSchedule(clock: Pick<Clock, 'monoUs'>) {
  const changed = new Set<string>();
  const restsUntilUs = new Map<string, number>();
  const untilUs = (lab: string) => restsUntilUs.get(lab) ?? 0;

  return {
    change(lab: string): void {
      changed.add(lab);
    },
    /** Takes the labs that are to be looked at now. */
    take(): ReadonlySet<string> {
      const nowUs = clock.monoUs();
      const due = new Set([...changed].filter((lab) => untilUs(lab) <= nowUs));
      for (const lab of due) changed.delete(lab);
      return due;
    },
    /** @param tookUs how long others had to wait meanwhile */
    looked(lab: string, tookUs: number): void {
      restsUntilUs.set(lab, clock.monoUs() + tookUs * REST);
    },
    /** When the next of them is to be looked at, ms from now; infinity when none changed. */
    inMs(): number {
      return (Math.min(...[...changed].map(untilUs)) - clock.monoUs()) / 1000;
    },
  };
}
