import { UsageError } from '@nestwatch/common/errors';
import { ID_PATTERN } from '@nestwatch/proto/subjects';
import type { MachineIdentity } from './identity.ts';

/**
 * The node's id: the configured one, else the SMBIOS UUID, else one made of machine-id and network address. The
 * address is part of it because images are cloned with their machine-id.
 * @throws UsageError when the configured id cannot be an id, or when nothing tells this machine apart.
 */
export function nodeIdFrom(configured: string | undefined, identity: MachineIdentity): string {
  if (configured !== undefined && configured !== '') {
    if (ID_PATTERN.test(configured)) return configured;
    throw new UsageError(
      `the node id ${JSON.stringify(configured)} is not allowed: give 1 to 64 letters, digits, "_" or "-", the first a letter or digit`,
    );
  }
  if (identity.smbiosUuid !== undefined) return identity.smbiosUuid;
  const mac = identity.macs[0]?.replace(/:/g, '');
  const parts = [identity.machineId, mac].filter((part) => part !== undefined);
  if (parts.length > 0) return parts.join('-');
  throw new UsageError(
    'this machine has no unique identity (no readable SMBIOS UUID, no /etc/machine-id, no network card): set "node"',
  );
}
