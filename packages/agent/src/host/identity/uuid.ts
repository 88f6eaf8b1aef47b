const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A UUID in lower case; undefined when it is malformed, or a filler: what makers of boards leave in their firmware, or
 * somebody typed, stands on many machines and identifies none.
 */
export function normaliseUuid(text: string): string | undefined {
  const uuid = text.trim().toLowerCase();
  return UUID.test(uuid) && !isFiller(uuid) ? uuid : undefined;
}

function isFiller(uuid: string): boolean {
  const digits = uuid.replaceAll('-', '');
  return (
    // One to four bytes over and over: all zeros, all ones, 01010101-0101-…, deadbeef-dead-…
    /^(.{2}|.{4}|.{8})\1+$/.test(digits) ||
    // Each part of one digit: 11111111-2222-3333-4444-555555555555
    uuid.split('-').every((part) => /^(.)\1+$/.test(part)) ||
    // SMBIOS has the first three parts the other way round, so these may come in either order.
    COUNTED.some((counted) => digits === counted || turned(digits) === counted) ||
    FURTHER.has(uuid)
  );
}

/** Numbers counted up, as 16 bytes, 8 words, or digits that start again. */
const COUNTED = [
  Array.from({ length: 16 }, (_, at) => at.toString(16).padStart(2, '0')).join(''),
  Array.from({ length: 16 }, (_, at) => (at + 1).toString(16).padStart(2, '0')).join(''),
  '00020003000400050006000700080009',
  '0123456789abcdef'.repeat(2),
  'fedcba9876543210'.repeat(2),
  '1234567890'.repeat(4).slice(0, 32),
  '0123456789'.repeat(4).slice(0, 32),
  '1234567890abcdef'.repeat(2),
  '12345678123412341234123456789abc',
  '123456781234567890abcddeefaabbcc',
  '12345678123456781234567812345678',
  '01234567891011121314151617181920',
];

/** Others that a maker's firmware has on all its machines, and that inventories refuse for it. */
const FURTHER = new Set([
  '6ab5b300-538d-1014-9fb5-b0684d007b53',
  '8a95d198-7f46-11e5-bf8b-08002704d48e',
  '88888888-8888-8888-8888-878888888888',
]);

/** The first three parts with their bytes in the other order. */
function turned(digits: string): string {
  const bytes = digits.match(/../g) ?? [];
  const part = (from: number, to: number) => bytes.slice(from, to).reverse().join('');
  return part(0, 4) + part(4, 6) + part(6, 8) + bytes.slice(8).join('');
}
