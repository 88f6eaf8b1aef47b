/** How many field values stand in lines of line protocol. Texts of samples hold nothing that looks like a field. */
export function valuesIn(lines: string): number {
  return lines.split('\n').reduce((sum, line) => {
    const fields = line.slice(line.search(/(?<!\\) /));
    return sum + (fields.match(/[ ,][a-z][a-z0-9_]*=/g)?.length ?? 0);
  }, 0);
}
