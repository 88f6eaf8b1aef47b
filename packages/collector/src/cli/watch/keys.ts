/** What a person may ask of `nestwatch watch` by a key. */
export type Action = 'quit' | 'order' | 'now' | 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

const ACTIONS: Readonly<Record<string, Action>> = {
  q: 'quit',
  // In raw mode the terminal sends these instead of a signal.
  '\u0003': 'quit',
  '\u0004': 'quit',
  o: 'order',
  ' ': 'now',
  r: 'now',
  k: 'up',
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  j: 'down',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  g: 'first',
  '\u001b[H': 'first',
  '\u001b[1~': 'first',
  G: 'last',
  '\u001b[F': 'last',
  '\u001b[4~': 'last',
};

/** A key as a terminal sends it: one letter, or an escape sequence. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins what is looked for
const KEY = /\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Z])|[\s\S]/gu;

/** The actions of what a terminal sent at once; keys that mean nothing are left out. */
export function actionsIn(sent: string): Action[] {
  return (sent.match(KEY) ?? []).flatMap((key) => ACTIONS[key] ?? []);
}
