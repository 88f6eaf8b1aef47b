import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { UsageError } from '@nestwatch/common/errors';

/** Environment variable: the key of GnuPG that signs, as a fingerprint, key id or address. */
export const KEY_SETTING = 'NESTWATCH_PACKAGE_KEY';

/** Signs a file with a key of the user's keyring, within it or beside it. @throws UsageError of one line */
export function sign(key: string, how: '--clearsign' | '--detach-sign', file: string, to: string): void {
  rmSync(to, { force: true });
  gpg(['--local-user', key, '--armor', how, '--output', to, file], key);
}

/** The public key, as text, for those who check. @throws UsageError of one line */
export function exportKey(key: string, to: string): void {
  rmSync(to, { force: true });
  gpg(['--armor', '--output', to, '--export', key], key);
}

function gpg(args: readonly string[], key: string): void {
  try {
    execFileSync('gpg', ['--batch', '--yes', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    const missing = 'gpg is not installed (Debian: apt-get install gpg)';
    const why = code === 'ENOENT' ? missing : String(stderr).trim().split('\n')[0];
    throw new UsageError(`${KEY_SETTING}=${key} does not sign: ${why}`, { cause: error });
  }
}
