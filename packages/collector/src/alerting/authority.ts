import { readFileSync } from 'node:fs';
import { refuseOpen } from '@nestwatch/common/config/secure-file';
import { type Setting, text } from '@nestwatch/common/config/setting';
import { messageOf, UsageError } from '@nestwatch/common/errors';

/** A setting that names the certificate authority of somebody who is notified. */
export function authorityFile(whose: string): Setting<string> {
  const meaning = `File with the certificate authority that signed the certificate of ${whose}, instead of the system's`;
  return { ...text(meaning, { default: '' }), check: async (file) => void readAuthority(file) };
}

/**
 * The certificates in a file; empty where none is named.
 * @throws UsageError when everybody may write it, when it cannot be read, and when it holds no certificate
 */
export function readAuthority(file: string): string {
  if (file === '') return '';
  let certificates: string;
  try {
    refuseOpen(file);
    certificates = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
  if (!certificates.includes('-----BEGIN CERTIFICATE-----'))
    throw new UsageError(`${file} holds no certificate`);
  return certificates;
}
