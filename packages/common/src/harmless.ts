// Nearly all texts are plain; one look is cheaper than replacing.
const PLAIN = /^[\x20-\x7e]*$/;
/** Each of these takes the place of one line break or tab. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]/g;
/**
 * What nobody sees and programs obey: control characters (C0, DEL, C1), those that change the direction of text or have
 * no width, halves of pairs, what is no character, and letters that are blank.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]|[\u115f\u1160\u17b4\u17b5\u3164\uffa0]|\u034f/gu;

/**
 * A foreign text as it may reach a terminal, a page, a file or a dashboard: one line, without anything that is
 * not seen. Line breaks and tabs are spaces, all else that is taken out shows as U+FFFD.
 */
export function harmless(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(BREAKS, ' ').replace(UNSEEN, '\ufffd');
}

/** The same, and no longer than this many characters; "…" says where it was cut. */
export function harmlessUpTo(text: string, most: number): string {
  if (text.length <= most) return harmless(text);
  return `${harmless(text.slice(0, most - 1))}…`;
}

/** Besides: line breaks that only some programs take for such. A colour as a whole is found first. */
const DOES_SOMETHING = new RegExp(`[\\u2028\\u2029]|${UNSEEN.source}`, 'gu');
const COLOUR_OR_OTHER = new RegExp(`\\u001b\\[\\d{1,3}m|${DOES_SOMETHING.source}`, 'gu');

/**
 * A text as one line of a terminal or a log, with nothing lost: whatever `harmless` would take out is written out, in
 * the way of JSON ("\u001b"), so that JSON stays what it was.
 */
export function escaped(text: string): string {
  return PLAIN.test(text) ? text : text.replace(DOES_SOMETHING, writtenOut);
}

/** The same for several lines: line breaks and tabs stay, and colours where they may be there. */
export function escapedLines(text: string, { colours = false }: { colours?: boolean } = {}): string {
  return text.replace(colours ? COLOUR_OR_OTHER : DOES_SOMETHING, (found) =>
    found === '\n' || found === '\t' || found.length > 2 ? found : writtenOut(found),
  );
}

function writtenOut(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}
