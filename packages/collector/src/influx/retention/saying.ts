import type { Log } from '@nestwatch/common/log';

/** What retention says: once, however often it looks. */
export interface Saying {
  readonly log: Log;
  /** Reports what is wrong with something; undefined when nothing is, after which the same is reported again. */
  warn(about: string, warning: string | undefined): void;
}

export function createSaying(log: Log): Saying {
  const said = new Map<string, string>();
  return {
    log,
    warn(about, warning) {
      if (warning === undefined) said.delete(about);
      else if (said.get(about) !== warning) {
        said.set(about, warning);
        log.warn(warning);
      }
    },
  };
}
