/** One file of a Debian package. */
export interface PackageFile {
  /** Name in the archive, such as "busybox-static_1%3a1.35.0-4_amd64.deb": package, version, architecture. */
  name: string;
  bytes: number;
  /** Checksum with its kind, such as "SHA256:9f…". */
  checksum: string;
}

/** Reads `apt-get --print-uris`: lines of `'address' name bytes checksum`; other lines are messages. */
export function parsePrintedUris(text: string): PackageFile[] {
  return text
    .split('\n')
    .map((line) => /^'[^']+' (\S+\.deb) (\d+) (\S+)$/.exec(line.trim()))
    .filter((match) => match !== null)
    .map(([, name = '', bytes = '', checksum = '']) => ({ name, bytes: Number(bytes), checksum }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
