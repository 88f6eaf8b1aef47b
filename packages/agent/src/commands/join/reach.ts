import { connect } from 'node:net';

const LIMIT_MS = 10_000;

/**
 * The first of some addresses of NATS at which one greets.
 * @returns undefined when none does
 */
export async function firstReachable(
  urls: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const url of urls) {
    const { hostname, port } = new URL(url);
    if (await greets(hostname.replace(/^\[(.*)\]$/, '$1'), Number(port || 4222), signal)) return url;
  }
  return undefined;
}

/** A NATS server greets each connection with INFO, before TLS begins; over a websocket the client speaks first. */
function greets(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (found: boolean) => {
      resolve(found);
      socket.destroy();
    };
    socket.once('data', (data) => end(data.toString('latin1').startsWith('INFO')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.setTimeout(LIMIT_MS, () => end(false));
  });
}
