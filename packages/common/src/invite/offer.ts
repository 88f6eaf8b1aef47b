/** The self-contained agent in one format, as guests fetch it. */
export interface Package {
  /** Name of the file. */
  readonly file: string;
  readonly format: PackageFormat;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

const FORMATS = ['deb', 'rpm', 'tar.xz'] as const;
export type PackageFormat = (typeof FORMATS)[number];
/** Names of versions and of files. */
export const PACKAGE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+~-]{0,120}$/;

export function isPackage({ file, format, bytes, sha256 }: Package): boolean {
  return (
    PACKAGE_NAME.test(file) &&
    FORMATS.includes(format) &&
    Number.isInteger(bytes) &&
    bytes > 0 &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}

/** The version that nodes of a lab may move to. */
export interface Offer {
  readonly lab: string;
  readonly version: string;
  /** When it was signed, ms since 1970, by the clock of who did. What is newer replaces what is older. */
  readonly madeMs: number;
  readonly files: readonly Package[];
}

/** An offer, and who has the key of the packages signed it. */
export interface SignedOffer {
  /** JSON of an offer: these bytes are signed. */
  readonly text: string;
  /** Base64. */
  readonly signature: string;
}

/** Longest text of an offer. */
export const MOST_OFFER_BYTES = 2048;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

export async function signOffer(seed: Uint8Array, offer: Offer): Promise<SignedOffer> {
  const { nkeys } = await import('@nats-io/transport-node');
  const text = JSON.stringify(offer);
  return { text, signature: Buffer.from(nkeys.fromSeed(seed).sign(bytesOf(text))).toString('base64') };
}

/**
 * The offer in what claims to be a signed one. Never throws, whatever it is given.
 * @param publicKey of the packages, begins with U
 * @returns undefined when it is none, or its signature is another's
 */
export async function verifiedOffer(publicKey: string, given: unknown): Promise<Offer | undefined> {
  const { text, signature } = signedIn(given);
  if (text === undefined || signature === undefined) return undefined;
  const { nkeys } = await import('@nats-io/transport-node');
  try {
    const isTrue = nkeys.fromPublic(publicKey).verify(bytesOf(text), Buffer.from(signature, 'base64'));
    return isTrue ? parseOffer(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the two texts out of anything; what is too long or none is left out. */
export function signedIn(given: unknown): Partial<SignedOffer> {
  if (typeof given !== 'object' || given === null) return {};
  const { text, signature } = given as Record<string, unknown>;
  if (typeof text !== 'string' || text.length > MOST_OFFER_BYTES) return {};
  return typeof signature === 'string' && SIGNATURE.test(signature) ? { text, signature } : {};
}

/** @returns undefined when it is none */
export function parseOffer(text: string): Offer | undefined {
  try {
    const { lab, version, madeMs, files } = JSON.parse(text) as Offer;
    const fits = typeof lab === 'string' && PACKAGE_NAME.test(version) && Number.isSafeInteger(madeMs);
    return fits && Array.isArray(files) && files.every(isPackage)
      ? { lab, version, madeMs, files }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Begins as nothing else that is signed with a key of NATS. */
function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(`nestwatch packages\n${text}`);
}
