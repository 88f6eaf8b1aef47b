/** One file of a Debian package. */
export interface PackageFile {
  /** Name in the archive, such as "busybox-static_1%3a1.35.0-4_amd64.deb": package, version, architecture. */
  name: string;
  bytes: number;
  /** Checksum with its kind, such as "SHA256:9f…"; empty where apt-get prints none, as for backports. */
  checksum: string;
}

/** Reads `apt-get --print-uris`: lines of `'address' name bytes checksum`; other lines are messages. */
export function parsePrintedUris(text: string): PackageFile[] {
  return text
    .split('\n')
    .map((line) => /^'[^']+' (\S+\.(?:deb|dsc|tar\.\w+|asc|diff\.gz)) (\d+)(?: (\S+))?$/.exec(line.trim()))
    .filter((match) => match !== null)
    .map(([, name = '', bytes = '', checksum = '']) => ({ name, bytes: Number(bytes), checksum }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What apt-get says last, and what tells nothing. */
const HOLLOW = /^(Some index files failed|Failed to fetch some archives|Unable to fetch some archives)/;
/** Says why a repository is refused, where the error itself says only that it is. */
const CAUSES = /NO_PUBKEY|EXPKEYSIG|BADSIG|not valid yet|No space left/;

/** The one line of what apt-get wrote to its standard error that says why it failed; undefined when none does. */
export function reasonOf(stderr: string): string | undefined {
  const said = stderr
    .split('\n')
    .map((line) => /^(?:E|W|Err:\d+): ?(.+)$/.exec(line.trim())?.[1] ?? '')
    .filter((line) => line !== '' && !HOLLOW.test(line));
  return (said.find((line) => CAUSES.test(line)) ?? said[0])?.replaceAll(/\s+/g, ' ').replace(/\.$/, '');
}
