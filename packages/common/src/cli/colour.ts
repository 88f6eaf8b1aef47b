import { inspect } from 'node:util';
import { escapedLines } from '../harmless.ts';

export type Style = keyof typeof inspect.colors;
export type Paint = (style: Style, text: string) => string;

/**
 * Colours on a terminal that wants them (see no-color.org), plain text elsewhere. What would do something else on a
 * terminal is written out.
 */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const wanted = wantsColours(stream, env);
  return (style, text) => {
    const codes = inspect.colors[style];
    const shown = escapedLines(text);
    return wanted && codes !== undefined ? `\u001b[${codes[0]}m${shown}\u001b[${codes[1]}m` : shown;
  };
}

export function wantsColours(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
