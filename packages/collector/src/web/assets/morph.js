// Makes a part of the page like new HTML and touches only what differs: focus, selection, what is open and where it is
// scrolled to stay as they are.

/** Attributes that the reader sets, not the server. */
const READERS = new Set(['open']);

/** Makes the inside of an element like this HTML, which the server made and escaped. */
export function morph(element, html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  alignChildren(element, template.content);
}

function alignChildren(own, wanted) {
  const known = new Map([...own.children].filter(({ id }) => id).map((child) => [child.id, child]));
  let at = own.firstChild;
  for (const next of [...wanted.childNodes]) {
    const kept = keptFor(next, at, known);
    if (kept === undefined) {
      own.insertBefore(next, at);
    } else {
      if (kept === at) at = at.nextSibling;
      else own.insertBefore(kept, at);
      align(kept, next);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/** What there is already of the next child: the one of the same id, wherever it is, else the one that stands here. */
function keptFor(next, at, known) {
  const kept = next.id ? known.get(next.id) : at;
  if (!kept || !isAlike(kept, next) || (kept.id ?? '') !== (next.id ?? '')) return undefined;
  return kept;
}

function isAlike(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName;
}

function align(own, wanted) {
  if (own.nodeType !== Node.ELEMENT_NODE) {
    if (own.nodeValue !== wanted.nodeValue) own.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name, value } of wanted.attributes) {
    if (own.getAttribute(name) !== value) own.setAttribute(name, value);
  }
  for (const { name } of [...own.attributes]) {
    if (!wanted.hasAttribute(name) && !READERS.has(name)) own.removeAttribute(name);
  }
  if (!own.isEqualNode(wanted)) alignChildren(own, wanted);
}
