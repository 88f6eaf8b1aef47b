/** What a NATS credentials file says of its user. */
export interface Credentials {
  user: string;
  /** When the server stops taking it, ms since 1970; undefined when never. */
  expiresMs: number | undefined;
  /** When it was issued; undefined when that is not said. */
  issuedMs: number | undefined;
}

/** Armour around the JWT and the seed, as nsc writes it: a line that begins and ends with dashes. */
const PART = /-{3,}[^\n]*-{3,}\r?\n\s*(\S+)\s*\r?\n\s*-{3,}[^\n]*-{3,}/g;

/**
 * Reads who a credentials file is for. Nothing is verified: that is the server's part.
 * @throws Error saying what is missing
 */
export function parseCredentials(text: string): Credentials {
  const [jwt, seed] = [...text.matchAll(PART)].map((match) => match[1] ?? '');
  if (jwt === undefined) throw new Error('no JWT between the dashed lines');
  if (seed === undefined || !/^SU[A-Z2-7]+$/.test(seed)) throw new Error('no user seed after the JWT');
  const claims = readClaims(jwt);
  const timeOf = (given: unknown) => (typeof given === 'number' && given > 0 ? given * 1000 : undefined);
  const user = String(claims.name ?? claims.sub ?? '');
  return { user, expiresMs: timeOf(claims.exp), issuedMs: timeOf(claims.iat) };
}

function readClaims(jwt: string): { name?: unknown; sub?: unknown; exp?: unknown; iat?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    if (typeof claims === 'object' && claims !== null) return claims;
  } catch {
    // As for claims that are something else.
  }
  throw new Error('the JWT is not readable');
}
