/** This many names are listed; of more, only the number. */
const MOST = 6;

/** "guest1, guest2 and 14 more". */
export function listedShort(names: readonly string[], most = MOST): string {
  if (names.length <= most + 1) {
    return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  }
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
