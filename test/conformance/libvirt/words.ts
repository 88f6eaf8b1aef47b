const WORD = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gs;
const PART = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)/gs;

/** Words of the one command that a shell would run here: quotes taken off, lines that end with a backslash joined. */
export function shellWords(text: string): string[] {
  const words = text.replaceAll('\\\n', '').match(WORD) ?? [];
  return words.map((word) => [...word.matchAll(PART)].map(unquoted).join(''));
}

function unquoted([, single, double, escaped, plain]: RegExpExecArray): string {
  return double === undefined ? (single ?? escaped ?? plain ?? '') : double.replace(/\\(["\\$`])/g, '$1');
}

/** The words from the program on: what stands before it sets its environment. */
export function withoutEnvironment(words: readonly string[]): readonly string[] {
  const program = words.findIndex((word) => !/^\w+=/.test(word));
  return program < 0 ? [] : words.slice(program);
}
