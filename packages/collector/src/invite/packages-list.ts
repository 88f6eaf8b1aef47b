import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '@nestwatch/common/errors';
import { isPackage, PACKAGE_NAME, type Package } from '@nestwatch/common/invite/offer';

export interface Packages {
  readonly version: string;
  /** The self-contained agent, one for each format at most. */
  readonly files: readonly Package[];
}

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
    if (!PACKAGE_NAME.test(version)) return undefined;
    const own = files
      .filter(({ ownRuntime }) => ownRuntime === true)
      .map(({ file, format, bytes, sha256 }) => ({ file, format, bytes, sha256 }));
    return own.length > 0 && own.every(isPackage) ? { version, files: own } : undefined;
  } catch {
    return undefined;
  }
}
