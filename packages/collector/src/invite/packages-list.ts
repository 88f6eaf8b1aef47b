import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '@nestwatch/common/errors';

/** A package that guests may fetch. */
export interface Package {
  readonly file: string;
  readonly format: 'deb' | 'rpm' | 'tar.xz';
  readonly bytes: number;
  readonly sha256: string;
}

export interface Packages {
  readonly version: string;
  /** The self-contained agent, one for each format at most. */
  readonly files: readonly Package[];
}

const FORMATS = ['deb', 'rpm', 'tar.xz'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._+~-]{0,120}$/;

/** @throws UsageError that says what is missing in the folder */
export async function readPackages(folder: string): Promise<Packages> {
  const file = join(folder, 'manifest.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `no packages to install (invite.packages): ${messageOf(error)}; copy dist/packages of "npm run package" there`,
      { cause: error },
    );
  }
  const packages = parsePackages(text);
  if (packages === undefined) throw new UsageError(`${file} lists no self-contained agent (invite.packages)`);
  return packages;
}

/** @returns undefined when it lists no self-contained agent, or not as it should */
export function parsePackages(text: string): Packages | undefined {
  try {
    const { version, files } = JSON.parse(text) as {
      version: string;
      files: (Package & { ownRuntime: boolean })[];
    };
    if (!NAME.test(version)) return undefined;
    const own = files
      .filter(({ ownRuntime }) => ownRuntime === true)
      .map(({ file, format, bytes, sha256 }) => ({ file, format, bytes, sha256 }));
    return own.length > 0 && own.every(isPackage) ? { version, files: own } : undefined;
  } catch {
    return undefined;
  }
}

function isPackage({ file, format, bytes, sha256 }: Package): boolean {
  return (
    NAME.test(file) && FORMATS.includes(format) && Number.isInteger(bytes) && /^[0-9a-f]{64}$/.test(sha256)
  );
}
