import type { InventoryShape } from '@nestwatch/proto';

/** The inventory from its JSON line; undefined when it is anything else. Unknown members are left out. */
export function parseInventory(text: string): InventoryShape | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const members = given as Record<string, unknown>;
  const word = (name: string) => (typeof members[name] === 'string' ? members[name].slice(0, 256) : '');
  const words = (name: string) => {
    const value = members[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(0, 256) : [];
  };
  return {
    manufacturer: word('manufacturer'),
    product: word('product'),
    osRelease: word('osRelease'),
    disks: words('disks'),
    networkInterfaces: words('networkInterfaces'),
  };
}
