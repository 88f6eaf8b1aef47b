const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** UUIDs that makers of boards left in their firmware: many machines have them, so they identify none. */
const NOT_UNIQUE = new Set([
  '03000200-0400-0500-0006-000700080009',
  '00020003-0004-0005-0006-000700080009',
  '12345678-1234-5678-90ab-cddeefaabbcc',
  '01234567-8910-1112-1314-151617181920',
  '11111111-2222-3333-4444-555555555555',
]);

/** A UUID in lower case; undefined when it is malformed, all zeros, all ones, or known to be on many machines. */
export function normaliseUuid(text: string): string | undefined {
  const uuid = text.trim().toLowerCase();
  if (!UUID.test(uuid) || /^[0-]+$/.test(uuid) || /^[f-]+$/.test(uuid) || NOT_UNIQUE.has(uuid))
    return undefined;
  return uuid;
}
