export const MASK = '********';

/** User and password, or a token, before the host: up to the last "@" before the path. */
const LOGIN = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"']*@/gi;
/** Of a query: what is named like a secret. */
const PARAMETER = /([?&](?:p|u|\w*(?:password|passwd|token|secret|key|sig|signature|auth))=)[^\s&#"']+/gi;

/** A text without the passwords and tokens of the addresses in it. For everything that is printed, logged or thrown. */
export function redact(text: string): string {
  return text.includes('://') ? text.replace(LOGIN, `$1${MASK}@`).replace(PARAMETER, `$1${MASK}`) : text;
}

/** Whether there is something in it that `redact` would take out. */
export function holdsSecret(text: string): boolean {
  return redact(text) !== text;
}

/** Who is at an address, for those whose path alone lets one in, as webhooks' do: "https://example.org/********". */
export function originOf(address: string): string {
  const [, origin, rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#\s]*)(.*)$/i.exec(redact(address)) ?? [];
  if (origin === undefined) return MASK;
  return rest === '' || rest === '/' ? origin : `${origin}/${MASK}`;
}
