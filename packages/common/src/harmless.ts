/** Each of these takes the place of one line break or tab. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]/g;
/**
 * What nobody sees and programs obey: control characters (C0, DEL, C1), those that change the direction of text or have
 * no width, halves of pairs, what is no character, and letters that are blank.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]|[\u115f\u1160\u17b4\u17b5\u3164\uffa0]|\u034f/gu;

/**
 * A text as it may reach a terminal, a page, a file or a dashboard, whoever wrote it: one line, without anything that is
 * not seen. Line breaks and tabs are spaces, all else that is taken out shows as U+FFFD.
 */
export function harmless(text: string): string {
  // Nearly all texts are plain; one look is cheaper than two replacements.
  if (!/[^\x20-\x7e]/.test(text)) return text;
  return text.replace(BREAKS, ' ').replace(UNSEEN, '\ufffd');
}

/** The same, and no longer than so many characters; "…" says where it was cut. */
export function harmlessUpTo(text: string, most: number): string {
  if (text.length <= most) return harmless(text);
  return `${harmless(text.slice(0, most - 1))}…`;
}
