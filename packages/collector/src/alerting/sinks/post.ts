import { messageOf, PermanentError, RetryableError } from '@nestwatch/common/errors';
import { type Answer, type Exchange, exchange } from '@nestwatch/common/exchange';
import { escaped } from '@nestwatch/common/harmless';
import { originOf, redact } from '@nestwatch/common/redact';

/** Time for one delivery, by whatever way, ms. */
export const DELIVERY_LIMIT_MS = 10_000;
/** What somebody who is notified may answer, at most. */
export const ANSWER_BYTES = 64 * 1024;
const SHOWN_CHARACTERS = 120;
/** The server has read the message, and takes no such one, today or tomorrow. */
const REFUSES_THIS = [400, 413, 422];

/** Where something is posted to, and how it is proved who posts. */
export interface Recipient {
  readonly url: string;
  readonly method?: 'POST' | 'PUT';
  readonly headers?: Exchange['headers'];
  /** Certificate authority to trust instead of the system's; empty for the system's. */
  readonly ca?: string;
}

type IsTaken = (answer: Answer) => boolean;
const isSuccess: IsTaken = ({ status }) => status >= 200 && status < 300;

/**
 * Posts JSON. Messages name the server only: the path of a webhook's address is its secret.
 * @param isTaken whether an answer says that it arrived. Default: any success
 * @throws PermanentError where the message itself is refused, RetryableError for every other answer that does not say
 *   that it arrived; both with the answer's beginning
 */
export function postJson(to: Recipient, body: unknown, isTaken: IsTaken = isSuccess): Promise<void> {
  const headers = { 'content-type': 'application/json', ...to.headers };
  return post({ ...to, headers }, JSON.stringify(body), isTaken);
}

/** Posts a text, whose kind the headers say. @throws as postJson */
export async function post(to: Recipient, body: string, isTaken: IsTaken = isSuccess): Promise<void> {
  const { url, method = 'POST', headers = {}, ca = '' } = to;
  const bounds = { limitMs: DELIVERY_LIMIT_MS, mostBytes: ANSWER_BYTES };
  let answer: Answer;
  try {
    answer = await exchange(url, { method, headers, body, ca: ca === '' ? undefined : ca, ...bounds });
  } catch (error) {
    throw new RetryableError(`${originOf(url)}: ${redact(messageOf(error))}`, { cause: error });
  }
  if (isTaken(answer)) return;
  const said = answer.body.subarray(0, SHOWN_CHARACTERS).toString('utf8').replace(/\s+/g, ' ');
  const text = `${originOf(url)} answered ${answer.status}: ${escaped(redact(said))}`;
  throw REFUSES_THIS.includes(answer.status) ? new PermanentError(text) : new RetryableError(text);
}

/** The header that proves who posts: a token, else a user and password, else nothing. */
export function loginHeader(given: {
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
}): Readonly<Record<string, string>> {
  const { token = '', user = '', password = '' } = given;
  if (token !== '') return { authorization: `Bearer ${token}` };
  if (user === '') return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
