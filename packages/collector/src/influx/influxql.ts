/** A text as InfluxQL wants it: 'it\'s'. Line breaks are spaces, as they are in what was written. */
export function quoteText(text: string): string {
  return `'${text
    .replace(/\\/g, '\\\\')
    .replace(/'/g, "\\'")
    .replace(/[\n\r]/g, ' ')}'`;
}

/** A name as InfluxQL wants it: "it\"s". */
export function quoteIdentifier(name: string): string {
  return `"${name.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}
