import { messageOf, RetryableError } from '@nestwatch/common/errors';
import { type Answer, exchange } from '@nestwatch/common/exchange';
import { escaped } from '@nestwatch/common/harmless';
import { originOf, redact } from '@nestwatch/common/redact';

const LIMIT_MS = 10_000;
const ANSWER_BYTES = 64 * 1024;
const SHOWN_CHARACTERS = 120;

/**
 * Posts JSON. Messages name the server only: the path of a webhook's address is its secret.
 * @param isTaken whether an answer says that it arrived. Default: any success
 * @throws RetryableError with the answer's beginning, for every answer that does not say so
 */
export async function postJson(
  url: string,
  token: string,
  body: unknown,
  isTaken = ({ status }: Answer) => status >= 200 && status < 300,
): Promise<void> {
  let answer: Answer;
  try {
    answer = await exchange(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      limitMs: LIMIT_MS,
      mostBytes: ANSWER_BYTES,
    });
  } catch (error) {
    throw new RetryableError(`${originOf(url)}: ${redact(messageOf(error))}`, { cause: error });
  }
  if (isTaken(answer)) return;
  const said = answer.body.subarray(0, SHOWN_CHARACTERS).toString('utf8').replace(/\s+/g, ' ');
  throw new RetryableError(`${originOf(url)} answered ${answer.status}: ${escaped(redact(said))}`);
}
