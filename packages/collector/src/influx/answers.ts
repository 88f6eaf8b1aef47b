import { messageOf, PermanentError, RetryableError } from '@nestwatch/common/errors';
import type { Answer } from '@nestwatch/common/exchange';
import { escaped } from '@nestwatch/common/harmless';
import { redact } from '@nestwatch/common/redact';
import { headerOf, type Identity } from './identity.ts';
import { PartialWriteError, parsePartialWrite } from './partial-write.ts';

/** More than the server takes in one request: half of it may do. */
export class TooLargeError extends PermanentError {}

/** The server has no database or bucket of this name, or no longer. */
export class StoreLostError extends RetryableError {}

const SHOWN_CHARACTERS = 120;
/** Words of what InfluxDB says of lines, and not of requests: "unable to parse", "field type conflict", "dropped=1". */
const OF_LINES =
  /\b(?:pars(?:e|ing)|partial write|dropped|conflict|fields?|points?|lines?|tags?|keys?|timestamps?|measurements?|series|columns?|utf-?8)\b/i;
/** How VictoriaMetrics, which speaks no JSON, says that it took nothing of a request, for one of its lines. */
const LINE_OF_VICTORIA_METRICS =
  /\bcannot (?:process|parse) influx line protocol data: incorrect influx line\b/;
const LONGEST_PLAIN = 2000;
const STORE_IS_MISSING = /\b(?:database|bucket)\b.*\bnot found\b/i;
/** The same where a query named it; 2.x speaks of what maps databases to buckets. */
const NONE_TO_ASK = /\b(?:database|bucket|dbrp|mapping)\b.*\bnot found\b|\bno (?:database|bucket|dbrp)\b/i;

/** Whether a query failed because the server has no database or bucket of that name. */
export function isStoreMissing(error: unknown): boolean {
  return NONE_TO_ASK.test(messageOf(error));
}

/**
 * What the answer to a write says.
 * @param where the address that was asked, for messages
 * @throws PermanentError when it is InfluxDB that finds fault with the lines, PartialWriteError when it took the others,
 *   TooLargeError with their size;
 *   StoreLostError when it has nowhere to put them; RetryableError for everything else: they are not written
 */
export function checkWritten(answer: Answer, identity: Identity, where: string): void {
  const isOwn = identity.isFrom(answer);
  if (isOwn && answer.status === 204 && answer.body.length === 0) return;
  const said = isOwn ? (ownError(answer) ?? plainError(answer, identity)) : undefined;
  if (said === undefined) throw unknownAnswer(answer, identity, where);
  const { status } = answer;
  const text = `InfluxDB at ${where} answered ${status}: ${shown(said, 2000)}`;
  const cause = { statusCode: status };
  if (status === 413) throw new TooLargeError(text, { cause });
  if (status === 404 && STORE_IS_MISSING.test(said)) throw new StoreLostError(text, { cause });
  const partial = status === 400 || status === 422 ? parsePartialWrite(said) : undefined;
  if (partial !== undefined) throw new PartialWriteError(text, { ...partial, cause });
  if (refusesLines(status, said)) throw new PermanentError(text, { cause });
  throw new RetryableError(text, { cause });
}

/** InfluxDB 3 says of lines that it cannot take that it has an internal error. */
function refusesLines(status: number, said: string): boolean {
  return (
    (status === 400 || status === 422 || /^partial write of line protocol/.test(said)) && OF_LINES.test(said)
  );
}

/**
 * The JSON that any other request is answered with; undefined where there is none to expect.
 * @throws PermanentError when InfluxDB refuses what was asked, RetryableError for everything else
 */
export function readJson(answer: Answer, identity: Identity, where: string): unknown {
  const { status, body } = answer;
  const isOwn = identity.isFrom(answer);
  const json = isOwn && body.length > 0 ? parsed(body) : undefined;
  if (isOwn && status >= 200 && status < 300 && (json !== undefined || body.length === 0)) return json;
  const said = isOwn ? ownError(answer) : undefined;
  // That there is no such path is said in plain text, and means something only from the server itself.
  const cause = isOwn ? { statusCode: status } : undefined;
  if (said === undefined) throw unknownAnswer(answer, identity, where, cause);
  const text = `InfluxDB at ${where} answered ${status}: ${shown(said, 2000)}`;
  const isRefusal = status === 400 || status === 413 || status === 422;
  throw isRefusal ? new PermanentError(text, { cause }) : new RetryableError(text, { cause });
}

/** The text that a request is answered with, however empty. @throws as readJson */
export function readText(answer: Answer, identity: Identity, where: string): string {
  const isGood = identity.isFrom(answer) && answer.status >= 200 && answer.status < 300;
  if (!isGood) readJson(answer, identity, where);
  return answer.body.toString('utf8');
}

/** What 2.x puts before what 1.x says without it. */
const BEFORE_REASON = /^failure writing points to database: /;

/** What an error of InfluxDB says, in the form of 1.x ({"error": …}) or of 2.x and 3 ({"code": …, "message": …}). */
function ownError({ body }: Answer): string | undefined {
  const { error, code, message, data } = (parsed(body) ?? {}) as Record<string, unknown>;
  if (typeof error === 'string') return data === undefined ? error : `${error}: ${JSON.stringify(data)}`;
  return typeof code === 'string' && typeof message === 'string'
    ? message.replace(BEFORE_REASON, '')
    : undefined;
}

/** What a server says that does not name itself: only what no other has a reason to say. */
function plainError({ status, body }: Answer, { version }: Identity): string | undefined {
  const text = body.toString('utf8', 0, LONGEST_PLAIN);
  return status === 400 && version === '' && LINE_OF_VICTORIA_METRICS.test(text) ? text : undefined;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function unknownAnswer(answer: Answer, { version }: Identity, where: string, cause?: object): RetryableError {
  const { status, body } = answer;
  const given = headerOf(answer, 'x-influxdb-version');
  const other =
    given === '' || given === version
      ? ''
      : ` ${version} (it calls itself ${shown(given, 20)}; if it was replaced, start again)`;
  const begins = body.length === 0 ? 'nothing' : `"${shown(body.subarray(0, 1000).toString('utf8'))}"`;
  const text = `the answer of ${where} is not from InfluxDB${other}: status ${status}, ${begins}`;
  return new RetryableError(text, { cause });
}

/** The beginning of a foreign text, made harmless for terminals. */
export function shown(text: string, most = SHOWN_CHARACTERS): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return escaped(redact(line.length > most ? `${line.slice(0, most)}…` : line));
}
