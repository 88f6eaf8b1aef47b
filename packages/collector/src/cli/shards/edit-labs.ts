import { editYaml } from '@nestwatch/common/config/edit-yaml';
import type { Document } from 'yaml';

/**
 * Puts a lab by its name under a shard of shards.yaml, and takes its name from the others.
 * @returns false where the file says so already
 * @throws UsageError when the file cannot be changed
 */
export function giveLab(path: string, lab: string, shard: string): Promise<boolean> {
  return editYaml(path, (document) => changeLabs(document, lab, shard));
}

export function changeLabs(document: Document, lab: string, shard: string): boolean {
  const tree = document.toJS() as { shards: Record<string, { labs: string[] }> };
  let isChanged = false;
  for (const [name, { labs }] of Object.entries(tree.shards)) {
    const at = labs.indexOf(lab);
    if (name === shard && at < 0) document.addIn(['shards', name, 'labs'], lab);
    else if (name !== shard && at >= 0) document.deleteIn(['shards', name, 'labs', at]);
    else continue;
    isChanged = true;
  }
  return isChanged;
}
