import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { readIfThere } from './read-if-there.ts';

/** Whether nothing listens on this loopback port. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** The wanted loopback port when it is free, any other free one when not. */
export async function portNear(wanted: number): Promise<number> {
  return (await isFree(wanted)) ? wanted : freePort();
}

const LOWEST = 10_000;
/** Where the kernel takes the ports of outgoing connections from, when it does not say (tcp(7)). */
const USUAL_FIRST = 32_768;
const ATTEMPTS = 100;

/** Not given twice by this process: it may be a while until somebody listens on the first. */
const given = new Set<number>();

/**
 * A free loopback port below those that the kernel gives to outgoing connections. One of these may be taken at any time
 * by a client; even by one that calls a server which is down at the moment, and then talks to itself on the server's port.
 * @throws Error when none is found
 */
export async function freePort(): Promise<number> {
  const end = outgoingFrom();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, end);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port was found between ${LOWEST} and ${end}`);
}

/** The lowest port of outgoing connections; where hardly any lie below, as if the range were the usual one. */
function outgoingFrom(): number {
  const from = Number.parseInt(readIfThere('/proc/sys/net/ipv4/ip_local_port_range') ?? '', 10);
  return from > LOWEST + ATTEMPTS ? Math.min(from, USUAL_FIRST) : USUAL_FIRST;
}
