/** "2026-01-31 06:00 UTC". */
export function moment(us: number): string {
  return `${new Date(us / 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** "before 2026-11-20", "in lab a", "with kernel 6.1": a side within a sentence. */
export function onSide(label: string): string {
  if (/^(before|after) /.test(label)) return label;
  return `${label.startsWith('lab ') ? 'in' : 'with'} ${label}`;
}

/** "guest1", "guest1 and guest2", "guest1, guest2 and guest3". */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
