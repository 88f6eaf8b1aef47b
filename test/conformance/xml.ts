/** One element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** Text directly inside it, without blanks at the ends. */
  readonly text: string;
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)([^>]*?)(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

interface Open extends Element {
  readonly children: Open[];
  text: string;
}

/** Reads the well-formed XML of test data: no document types, no entities of its own. Gives the root element. */
export function parseXml(document: string): Element {
  const top: Open = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [top];
  for (const [, cdata, closing, name, attributes = '', empty, text] of document.matchAll(TOKEN)) {
    const inside = open.at(-1) ?? top;
    if (name === undefined) inside.text += cdata ?? decode(text ?? '');
    else if (closing !== '') open.pop();
    else {
      const element: Open = { name, attributes: attributesOf(attributes), children: [], text: '' };
      inside.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  const [root] = top.children;
  if (root === undefined) throw new Error('this is no XML document');
  return root;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(ATTRIBUTE)].map(([, name = '', a, b]) => [name, decode(a ?? b ?? '')]));
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/** Elements at a path of names below an element. */
export function elementsAt(element: Element | undefined, ...path: readonly string[]): readonly Element[] {
  const [name, ...rest] = path;
  if (element === undefined) return [];
  if (name === undefined) return [element];
  return element.children.filter((each) => each.name === name).flatMap((each) => elementsAt(each, ...rest));
}

/** Text of the first element at a path, without blanks at its ends. */
export const textAt = (element: Element | undefined, ...path: readonly string[]): string | undefined =>
  elementsAt(element, ...path)[0]?.text.trim();

/** An attribute of the first element at a path. */
export const attributeAt = (
  element: Element | undefined,
  attribute: string,
  ...path: readonly string[]
): string | undefined => elementsAt(element, ...path)[0]?.attributes.get(attribute);
