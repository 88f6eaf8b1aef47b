/**
 * Phrases of other languages' word order, and of a style that nobody speaks, with what to write instead. People who read
 * English as a second language stumble over each of them.
 */
export const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:is|are|was|were|be|being) told\b(?! apart)/i, 'gets, receives, is notified'],
  [/\b(?:told of|tells? of|tell of)\b/i, 'reports, describes'],
  [/\banew\b/i, 'again'],
  [/\bwho waits\b/i, 'waiting'],
  [/\bso many\b/i, 'this many'],
  [/\b(?:what|that) it rests on\b|\brests? on\b/i, 'is based on'],
  [/\b(?:is|are) said\b/i, 'is shown, is reported'],
  [/\b(?:can(?:not| not)?|could(?: not)?|to) be had\b/i, 'is available'],
  [/\bwhat is not there\b/i, 'what is missing'],
  [/\btrying until\b/i, 'retrying'],
  [/\b(?:it|this|that) is no (?!longer|more)\w/i, 'is not a'],
  [/\bis none of\b/i, 'is not one of'],
  [/\bfor want of\b/i, 'because … is missing'],
  [/\bin force\b/i, 'in effect'],
  [/\bas of before\b|\bof before\b/i, 'earlier'],
  [/\bgravest\b|\bgraver\b/i, 'most severe'],
  [/\blikeliest\b/i, 'most likely'],
  [/\bdearer\b|\bis dear\b|\bare dear\b|\bdear to\b/i, 'more expensive'],
  [/\bwhoever\b/i, 'everybody who'],
  [/\bbefore it were\b/i, 'instead of'],
  [/\bis at home\b|\bfeels? it\b/i, 'the plain word'],
  [/\bpeople saw\b|\bnobody promises\b|\bhas no say\b/i, 'the plain word'],
  [/\btakes? (?:the way )?away\b/i, 'removes, closes'],
  [/\bcan not\b/, 'cannot'],
  [/\bsimply\b|\bjust\b/i, 'nothing'],
];

/** Contractions, in texts that people read in many places and translate in their heads. */
export const CONTRACTION =
  /\b\w+n['’]t\b|\b(?:it|that|there|here|what|who|let|he|she)['’]s\b|\b\w+['’](?:re|ll|ve)\b|\bI['’]m\b/i;
