import { dateOf } from './elapsed.ts';

/**
 * Seconds from the kernel's start to the end of the first boot's configuration. It says so itself: "… finished at Mon, 01 Jan
 * 2024 12:00:33 +0000. Datasource …. Up 33.19 seconds". Where the operator has a message of his own (final_message), that
 * often tells it too ("up, after 33.19 seconds"); else it is the uptime at the start of the last stage, which each log has,
 * and the time from there to the end.
 */
export function parseCloudInit(log: string): number | undefined {
  const usual = /cloud-init\b.*? finished at .*?\bUp (\d+(?:\.\d+)?) seconds/i.exec(log)?.[1];
  return usual === undefined ? byOwnMessage(log) : Number(usual);
}

/** The module that prints the final message, because the log has its start and end. */
const FINAL = /modules-final\/config-final[-_]message/;
const STAGE = /Cloud-init v\. \S+ running '.*\bUp (\d+(?:\.\d+)?) seconds/;
/** What cloud-init logs of itself meanwhile. */
const OF_ITSELF = /Cloud-init v\. \S+ running|\btook\b|\/proc\/uptime|Writing to|Running (?:module|config)/;
const FAR_SECONDS = 5;
const SECONDS = /(\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)\b/i;

function byOwnMessage(log: string): number | undefined {
  const lines = log.split('\n');
  const starts = lines.findIndex((line) => FINAL.test(line) && line.includes('start:'));
  const ends = lines.findIndex(
    (line) => (FINAL.test(line) && line.includes('finish:')) || line.includes('/boot-finished'),
  );
  if (ends < 0) return saidSeconds(lines.filter((line) => /final|\bup\b|after|finished/i.test(line)));
  const said = starts < 0 ? undefined : saidSeconds(lines.slice(starts, ends));
  const timed = untilLine(lines, ends);
  // What is far from it is another figure, such as when the machine is to be started again.
  return said === undefined || Math.abs(said - (timed ?? said)) > FAR_SECONDS ? timed : said;
}

function saidSeconds(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    // What is before the message has figures too: the time and the module.
    const message = line.replace(/^.*?\[[A-Z]+\]: /, '');
    const seconds = OF_ITSELF.test(message) ? undefined : SECONDS.exec(message)?.[1];
    if (seconds !== undefined && Number(seconds) > 0) return Number(seconds);
  }
  return undefined;
}

/** The uptime that the last stage before this line began with, and the time since. */
function untilLine(lines: readonly string[], end: number): number | undefined {
  const stage = lines.slice(0, end).findLast((line) => STAGE.test(line)) ?? '';
  const from = dateOf(stage);
  const to = dateOf(lines[end] ?? '');
  const up = Number(STAGE.exec(stage)?.[1]);
  const seconds = from === undefined || to === undefined ? Number.NaN : up + Math.max(0, to - from);
  return seconds > 0 ? Math.round(seconds * 1000) / 1000 : undefined;
}
