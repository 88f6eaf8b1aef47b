import { messageOf, UsageError } from '@nestwatch/common/errors';
import { SUITES } from '../debian/suites.ts';
import { createChooser, versionOf } from '../lab/versions/choose.ts';

const KERNEL = 'linux-image-cloud-amd64';

interface Options {
  /** Folder for what may be had again. */
  readonly cache: string;
  readonly signal: AbortSignal;
  note(text: string): void;
}

/** The series of kernels that Debian's mirror has, such as "6.12", oldest first. @throws UsageError when it has none */
export async function seriesOfMirror(options: Options): Promise<string[]> {
  const purpose = 'the observatory';
  const without = 'without them there is no list of kernels: name some with --kernel';
  const chooser = createChooser(options.cache, { purpose, without, ...options });
  const found = new Set<string>();
  let last: unknown;
  for (const suite of SUITES) {
    try {
      const chosen = await chooser.choose({ suite }, { suite, package: KERNEL });
      const series = seriesIn(versionOf(chosen));
      if (series !== undefined) found.add(series);
    } catch (error) {
      options.signal.throwIfAborted();
      options.note(`no kernel of ${suite}: ${messageOf(error)}`);
      last = error;
    }
  }
  if (found.size === 0) throw last ?? new UsageError(without);
  return [...found].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/** "6.12.117-1" is of 6.12. */
export function seriesIn(version: string): string | undefined {
  return /^\d+\.\d+/.exec(version)?.[0];
}
