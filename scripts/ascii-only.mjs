/**
 * Writes every other character of a bundle as its escape. One arrow or dash in it makes V8 keep the whole text with two
 * bytes for each character, and take twice as long to read it.
 */
export const asciiOnly = {
  name: 'ascii-only',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/[^\0-\x7f]/g, escaped);
      }
    },
  },
};

function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
