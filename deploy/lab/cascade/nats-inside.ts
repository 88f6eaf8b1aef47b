import { BUILD_MACHINE } from './layout.ts';

const LOOPBACK = '(127\\.0\\.0\\.1|localhost|\\[::1\\])';
const ONE_HERE = new RegExp(`^((?:\\w+://)?(?:[^@/,]*@)?)${LOOPBACK}(?::(\\d+))?/?$`);
const ANY_HERE = new RegExp(`(^|@|//|,\\s*)${LOOPBACK}(?=[:/,]|$)`, 'g');
const USUAL_PORT = 4222;
/** Where the layers reach a NATS of the build machine, whatever port it has there: a restored layer knows no other. */
const INSIDE = { address: '10.60.0.4', port: USUAL_PORT };

/**
 * Address of NATS for the layers.
 * @returns the address inside, and the port of this machine's loopback that guest0's QEMU is to connect it with, where it
 * is one server of this machine; what is elsewhere is reached through the translations, and keeps its address
 */
export function natsFromInside(url: string): { url: string; port: number | undefined } {
  const one = ONE_HERE.exec(url);
  if (one === null) {
    return { url: asSeenFromInside(url), port: undefined };
  }
  const [, before = '', , port] = one;
  return { url: `${before}${INSIDE.address}:${INSIDE.port}`, port: Number(port ?? USUAL_PORT) };
}

/** Loopback of the build machine has another address inside; all else is reached through the translations. */
export function asSeenFromInside(url: string): string {
  return url.replace(ANY_HERE, `$1${BUILD_MACHINE}`);
}

/** Option of guest0's network card that connects the address inside with a port of this machine's loopback. */
export function natsForward(busybox: string, port: number): string {
  const quoted = `'${busybox.replaceAll("'", "'\\''")}'`.replaceAll(',', ',,');
  return `guestfwd=tcp:${INSIDE.address}:${INSIDE.port}-cmd:${quoted} nc 127.0.0.1 ${port}`;
}
