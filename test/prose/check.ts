import writeGood from 'write-good';
import { CONTRACTION, PHRASES } from './phrases.ts';

/** A text that people read, and where it stands. */
export interface Piece {
  /** file:line */
  readonly where: string;
  readonly text: string;
}

/**
 * What write-good looks for. Its passive voice is off: in a manual of machines, nine of ten findings are right to name no actor
 * ("is read at start"). Its adverbs are off, because "hourly" and "exactly" are measurements here; "there is" names what is
 * missing; "so does a guest" begins well; and 700 clichés take a second.
 */
const CHECKS = { passive: false, thereIs: false, so: false, adverb: false, cliches: false };

/** Words that write-good calls weak or wordy, and that are exact here. */
const EXACT = new Set([
  // Sizes and numbers.
  ...['huge', 'tiny', 'few', 'many', 'several', 'very', 'mostly', 'all of', 'a number of', 'is a number'],
  // Words of the field.
  ...[
    'maximum',
    'minimum',
    'monitor',
    'monitoring',
    'multiple',
    'function',
    'initial',
    'interface',
    'evaluate',
  ],
  ...['equivalent', 'expire', 'expiration', 'implement', 'parameters', 'request', 'require', 'requirement'],
  ...[
    'resource',
    'retain',
    'submit',
    'terminate',
    'transmit',
    'validate',
    'allocate',
    'component',
    'type of',
  ],
  ...[
    'it is',
    'it was',
    'therefore',
    'in between',
    'at this time',
    'aggregate',
    'additional',
    'inception',
    'however',
    'as to',
    'advise',
  ],
]);

/** Words of a sentence beyond which a reader loses its beginning. */
export const LONGEST_SENTENCE = 45;

/** Every finding in these texts, as "where: what". */
export function findingsIn(pieces: readonly Piece[]): string[] {
  const own = pieces.flatMap(({ where, text }) =>
    [...phrasesIn(text), ...longSentencesIn(text)].map((what) => `${where}: ${what}`),
  );
  return [...own, ...weaknessesIn(pieces)];
}

function phrasesIn(text: string): string[] {
  const found = PHRASES.flatMap(([phrase, instead]) => {
    const [words] = phrase.exec(text) ?? [];
    return words === undefined ? [] : [`"${words}": write ${instead}`];
  });
  const [contraction] = CONTRACTION.exec(text) ?? [];
  return contraction === undefined ? found : [...found, `"${contraction}" is a contraction`];
}

/** Code, values, signs and single letters may stand there twice. */
const REPEATED = /^"(?:code|N|\w|tracefs|[\W\d]*)\W*" is repeated/;

/** All pieces in one go, because write-good is slow to begin. */
function weaknessesIn(pieces: readonly Piece[]): string[] {
  const begins: number[] = [];
  let all = '';
  for (const [at, { text }] of pieces.entries()) {
    // Each separator is another word, so that none is repeated.
    all += `\n|${at}|\n`;
    begins.push(all.length);
    all += text;
  }
  return writeGood(all, CHECKS)
    .filter(({ index, offset }) => !EXACT.has(all.slice(index, index + offset).toLowerCase()))
    .filter(({ reason }) => !REPEATED.test(reason))
    .map(
      ({ index, reason }) => `${pieces[begins.findLastIndex((begin) => begin <= index)]?.where}: ${reason}`,
    );
}

function longSentencesIn(text: string): string[] {
  return text
    .split(/(?<=[.;:!?])\s+|\n|, (?=\d+ )/)
    .map((sentence) => ({
      sentence,
      words: sentence.split(/\s+/).filter((word) => /[A-Za-z]/.test(word)).length,
    }))
    .filter(({ words }) => words > LONGEST_SENTENCE)
    .map(({ sentence, words }) => `${words} words in one sentence: ${sentence.slice(0, 60)}…`);
}
