/** Beyond, it begins again: equal texts are then kept twice. */
const MOST_TEXTS = 20_000;

/** Gives for equal texts one and the same, so that thousands of them take the room of one. */
export type SharedTexts = (text: string) => string;

export function createSharedTexts(most = MOST_TEXTS): SharedTexts {
  const texts = new Map<string, string>();
  return (text) => {
    const shared = texts.get(text);
    if (shared !== undefined) return shared;
    if (texts.size >= most) texts.clear();
    texts.set(text, text);
    return text;
  };
}
