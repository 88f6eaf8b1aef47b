import { readFileSync } from 'node:fs';
import { UsageError } from '@nestwatch/common/errors';
import type { Packages } from '../packages-list.ts';
import installer from './installer.sh?raw';

/** What one guest's script carries. */
export interface ScriptValues {
  /** Where it was fetched, such as http://192.168.122.1:9465. */
  readonly base: string;
  readonly token: string;
  readonly lab: string;
  readonly nats: readonly string[];
  /** Certificate authority of NATS, as PEM; empty where there is none. */
  readonly ca: string;
  readonly packages: Packages;
  /** Public key of the packages; empty where there is none. */
  readonly signer: string;
}

const PLACE = '# @values@';

/** The script that installs the agent: the same text for the same values. */
export function renderInstaller(values: ScriptValues): string {
  const { packages } = values;
  const list = packages.files.map(
    ({ format, file, sha256, bytes }) => `${format} ${file} ${sha256} ${bytes}`,
  );
  const lines = Object.entries({
    BASE: values.base,
    TOKEN: values.token,
    LAB: values.lab,
    NATS: values.nats.join(' '),
    CA: values.ca.trim(),
    VERSION: packages.version,
    SIGNER: values.signer,
    PACKAGES: list.join('\n'),
  }).map(([name, value]) => `${name}=${quoted(value)}`);
  return installer.replace(PLACE, () => lines.join('\n'));
}

/** A script that says one line and fails: `curl … | sh` shows what an answer of 404 would not. */
export function renderRefusal(text: string): string {
  return `echo ${quoted(`nestwatch: ${text}. Nothing was changed.`)} >&2\nexit 1\n`;
}

/** @throws UsageError when it cannot be read, or holds no certificate */
export function readAuthority(file: string): string {
  if (file === '') return '';
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file} (nats.ca)`, { cause: error });
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g);
  if (certificates === null) throw new UsageError(`${file} (nats.ca) holds no certificate`);
  return certificates.join('\n');
}

/** As one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
