/** Names become tags, so a second guest of a name gets a number instead of a pid. */
export function unusedName(name: string, used: ReadonlySet<string>): string {
  let free = name;
  for (let at = 2; used.has(free); at += 1) free = `${name}-${at}`;
  return free;
}
