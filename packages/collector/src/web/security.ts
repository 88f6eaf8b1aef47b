import { isIP } from 'node:net';

/** Nothing but this server's own files, no inline script or style, no frames: a hostile message stays text. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Whether a request's Host header may be answered. On loopback only names of this machine are: otherwise any web site
 * could point a name of its own at 127.0.0.1 and read the page with its visitor's browser.
 */
export function allowedHost(header: string | undefined, listensOn: string): boolean {
  if (!isLoopback(listensOn)) return true;
  const name = (header ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isLoopback(name);
}

function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isIP(name) === 4 ? name.startsWith('127.') : name === '::1';
}
