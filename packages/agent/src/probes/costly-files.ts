import { type Found, unknown } from '../host/host.ts';
import type { ProbeContext } from './probe.ts';

const LEAST_WAIT_US = 600e6;
/** A read that took a second is not repeated for an hour and a half: that is a fiftieth of a percent of one CPU. */
const WAIT_PER_US = 5000;
const MOST_BYTES = 4 * 1024 * 1024;

interface Kept {
  readonly found: Found<unknown>;
  readonly dueUs: number;
}

/**
 * Files for which the kernel walks all memory of a process, such as smaps_rollup: some milliseconds for each GiB. Nobody waits
 * for them: they are read beside the samples, one at a time, seldom, and the more seldom the longer it takes.
 */
export function createCostlyFiles() {
  const files = new Map<string, Kept>();
  let busy = false;

  async function refresh({ host, clock }: ProbeContext, path: string, parse: (text: string) => unknown) {
    busy = true;
    const startedUs = clock.monoUs();
    const text = await host.read(path, MOST_BYTES);
    const value = text.state === 'known' ? parse(text.value) : undefined;
    const endedUs = clock.monoUs();
    files.set(path, {
      found:
        text.state !== 'known'
          ? text
          : value === undefined
            ? unknown(`${path}: unexpected format`)
            : { state: 'known', value },
      dueUs: endedUs + Math.max(LEAST_WAIT_US, (endedUs - startedUs) * WAIT_PER_US),
    });
    busy = false;
  }

  return {
    /** What was found last. A file must always be given the same parser. */
    look<T>(context: ProbeContext, path: string, parse: (text: string) => T | undefined): Found<T> {
      const kept = files.get(path);
      if (!busy && (kept?.dueUs ?? 0) <= context.clock.monoUs()) void refresh(context, path, parse);
      return (kept?.found as Found<T> | undefined) ?? unknown(`${path} is read between samples`);
    },
    /** Forgets the files of processes that are not here any more. */
    keepOnly(pids: ReadonlySet<number>): void {
      for (const path of files.keys()) {
        if (!pids.has(Number(path.split('/')[2]))) files.delete(path);
      }
    },
  };
}
