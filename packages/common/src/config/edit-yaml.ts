import { chownSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { Document } from 'yaml';
import { messageOf, UsageError } from '../errors.ts';

/**
 * Changes a YAML file and keeps its comments, its mode and its owner. A reader sees the old one or the new one.
 * @param change changes the document; the file stays as it is when it says false
 * @throws UsageError when the file cannot be read or replaced
 */
export async function editYaml(path: string, change: (document: Document) => boolean): Promise<boolean> {
  const { parseDocument } = await import('yaml');
  try {
    const document = parseDocument(readFileSync(path, 'utf8'));
    if (!change(document)) return false;
    const { mode, uid, gid } = statSync(path);
    writeFileSync(`${path}.new`, document.toString({ lineWidth: 0 }), { mode });
    chownSync(`${path}.new`, uid, gid);
    renameSync(`${path}.new`, path);
    return true;
  } catch (error) {
    throw new UsageError(`${path} cannot be changed: ${messageOf(error)}`, { cause: error });
  }
}
