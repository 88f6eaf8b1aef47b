import type { Log } from '@nestwatch/common/log';
import type { SectionResult } from './figure.ts';

export interface SectionContext {
  /** Folder with the built programs. */
  dist: string;
  /** Folder for this section's data; emptied after it. */
  dir: string;
  /** Fewer and shorter repetitions. */
  quick: boolean;
  /** Leave the data where it is. */
  keep: boolean;
  /** Progress. */
  log: Log;
  signal: AbortSignal;
}

/** One group of measurements, which runs its own servers. */
export interface Section {
  name: string;
  meaning: string;
  /** True when it runs only if it is named or --long is given, because it takes minutes. */
  long?: boolean;
  run(context: SectionContext): Promise<SectionResult>;
}
