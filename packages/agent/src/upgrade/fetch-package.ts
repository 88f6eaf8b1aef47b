import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm, statfs } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import type { Package } from '@nestwatch/common/invite/offer';

/** Without a byte it is given up. ms */
const IDLE_MS = 120_000;
/** Beside the package itself. */
const SPARE_BYTES = 16 * 1024 * 1024;

/** What was fetched is not what was signed: asking again does not help. */
export class WrongPackageError extends Error {}

/**
 * Fetches a package to a file, which is there only when it is whole and what was signed.
 * @param base such as http://192.168.122.1:9465
 * @throws WrongPackageError; Error when it cannot be fetched now
 */
export async function fetchPackage(
  base: string,
  { file, bytes, sha256 }: Package,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < bytes + SPARE_BYTES)
    throw new WrongPackageError(`there is no space for ${bytes} bytes in ${dirname(path)}`);
  const part = `${path}.part`;
  try {
    const sum = await download(`${base}/p/${file}`, bytes, part, signal);
    if (sum !== sha256) throw new WrongPackageError(`${file} is not what was signed: its SHA-256 is ${sum}`);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** @returns the SHA-256 of what came */
async function download(url: string, bytes: number, path: string, signal: AbortSignal): Promise<string> {
  const request = get(url, { signal, timeout: IDLE_MS, headers: { 'accept-encoding': 'identity' } });
  request.once('timeout', () => request.destroy(new Error(`no byte within ${IDLE_MS} ms`)));
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) {
    answer.destroy();
    throw new Error(`${url} answers ${answer.statusCode}`);
  }
  const out = createWriteStream(path, { mode: 0o600 });
  const sum = createHash('sha256');
  let length = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > bytes)
        throw new WrongPackageError(`${url} gives more than the ${bytes} bytes that were signed`);
      sum.update(part);
      if (!out.write(part)) await once(out, 'drain');
    }
  } finally {
    out.end();
    if (!out.closed) await once(out, 'close');
  }
  return sum.digest('hex');
}
