import { inspect } from 'node:util';

export type Style = keyof typeof inspect.colors;
export type Paint = (style: Style, text: string) => string;

/** Colours on a terminal that wants them (see no-color.org), plain text elsewhere. */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const wanted = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return (style, text) => {
    const codes = inspect.colors[style];
    return wanted && codes !== undefined ? `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m` : text;
  };
}
