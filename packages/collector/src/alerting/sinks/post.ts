import { RetryableError } from '@nestwatch/common/errors';

const LIMIT_MS = 10_000;

/**
 * Posts JSON.
 * @throws RetryableError with the answer's beginning, for every answer that is not a success
 */
export async function postJson(url: string, token: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const said = await answer.text();
  if (!answer.ok)
    throw new RetryableError(`${new URL(url).origin} answered ${answer.status}: ${said.slice(0, 300)}`);
}
