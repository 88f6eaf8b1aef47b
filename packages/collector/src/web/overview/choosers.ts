import { type LabAddress, pathOf, SPANS } from '../address/lab-address.ts';
import { type Html, html } from '../html/html.ts';
import { shownFigures } from '../view/figures.ts';

/** One of several views of the page, as a link that its script follows without loading the page again. */
function choice(title: string, path: string, isChosen: boolean, meaning?: string): Html {
  return html`<a href="${path}" data-view${isChosen && html` aria-current="true"`}${meaning !== undefined && html` title="${meaning}"`}>${title}</a>`;
}

/** Which figure and colour each machine has. */
export function figureChooser(address: LabAddress): Html {
  const links = shownFigures.map(({ key, title, meaning }) =>
    choice(title, pathOf(address, { show: key }), key === address.show, meaning),
  );
  return html`<nav class="chooser" aria-label="Figure of each machine">${links}</nav>`;
}

/** How far back is looked. */
export function spanChooser(address: LabAddress): Html {
  const { from, to, span } = address;
  const isOwn = from !== undefined || to !== undefined;
  const links = SPANS.map((each) =>
    choice(
      each.title,
      pathOf(address, { span: each.span, from: undefined, to: undefined }),
      !isOwn && each.span === span,
    ),
  );
  return html`<nav class="chooser" aria-label="Span of time"><span>Last</span> ${links}</nav>`;
}
