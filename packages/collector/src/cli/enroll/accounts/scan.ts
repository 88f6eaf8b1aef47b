/** Which braces and brackets of a configuration of NATS are open where a line begins, outermost first, by their names. */
export type Open = readonly string[];

/** A comment, a quoted text, a brace or bracket, or a word, which may have a colon in it. */
const TOKEN = /#.*|\/\/.*|"(?:[^"\\]|\\.)*"|'[^']*'|[{}[\]]|[^\s{}[\]"'#,;=]+/g;

const CLOSES: Readonly<Record<string, string>> = { '}': '{', ']': '[' };

/**
 * Follows the braces of a configuration through its lines.
 * @throws Error naming the line where they do not fit
 */
export function scan(lines: readonly string[]): Open[] {
  const open: { name: string; by: string; line: number }[] = [];
  const before = lines.map((text, at) => {
    const here = open.map(({ name }) => name);
    let word = '';
    for (const [token] of text.matchAll(TOKEN)) {
      const opened = CLOSES[token];
      if (token === '{' || token === '[') open.push({ name: word, by: token, line: at + 1 });
      else if (opened === undefined) word = plain(token);
      else if (open.pop()?.by !== opened)
        throw new Error(`line ${at + 1} has a "${token}" that closes nothing`);
    }
    return here;
  });
  const last = open.at(-1);
  if (last !== undefined) throw new Error(`the "${last.by}" of line ${last.line} is never closed`);
  return before;
}

function plain(token: string): string {
  return token.replace(/^["']|["']$/g, '').replace(/:$/, '');
}
