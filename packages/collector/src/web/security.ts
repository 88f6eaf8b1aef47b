import { isIP } from 'node:net';
import { hostname } from 'node:os';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The same for a page with a form, which goes to this server and nowhere else. */
export const POLICY_WITH_FORM = POLICY.replace("form-action 'none'", "form-action 'self'");

/** Nothing but this server's own files, no inline script or style, no frames: a hostile message stays text. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Whether a request's Host header may be answered. Only names that are expected are: otherwise any web site could point
 * a name of its own at this server, and read it with its visitor's browser. An address is no such name; on loopback it
 * must be one of this machine's own.
 * @param listensOn address that the server listens on
 * @param allowed further names (setting http.allowed-hosts)
 */
export function allowedHost(
  header: string | undefined,
  listensOn: string,
  allowed: readonly string[] = [],
): boolean {
  const name = (header ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  if (name === '') return false;
  if (isLoopback(name) || name === listensOn.toLowerCase()) return true;
  if (allowed.some((each) => each.toLowerCase() === name)) return true;
  return !isLoopback(listensOn) && (isIP(name) !== 0 || name === hostname().toLowerCase());
}

/** Whether a name or an address is this machine's own alone. */
export function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isIP(name) === 4 ? name.startsWith('127.') : name === '::1';
}
