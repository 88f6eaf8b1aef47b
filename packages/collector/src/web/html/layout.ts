import { type Html, html } from './html.ts';

/** Parts of a page that change, by the id of the element that holds each. */
export type Fragments = Readonly<Record<string, Html>>;

interface Document {
  readonly title: string;
  readonly lab: string;
  readonly labs: readonly string[];
  /** Where the page's script listens for changes. */
  readonly events?: string;
  /** More for the head. */
  readonly head?: Html;
  readonly body: Html;
}

/** The frame of every page. It works without its script; the script keeps it up to date. */
export function document({ title, lab, labs, events, head, body }: Document): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · nestwatch</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/assets/page.css">
<link rel="stylesheet" href="/assets/overview.css"><script src="/assets/page.js" type="module"></script>${head}</head>
<body${events !== undefined && html` data-events="${events}"`}>
<a class="skip" href="#main">Skip to content</a>
<header class="top"><a class="brand" href="/">nestwatch</a>
<nav aria-label="Labs">${(labs.length > 1 ? labs : []).map(
    (name) =>
      html`<a href="/lab/${encodeURIComponent(name)}"${name === lab && html` aria-current="page"`}>${name}</a>`,
  )}</nav>
<span id="connection" class="connection" role="status"></span>
<button id="theme" type="button" hidden>Theme</button></header>
<main id="main" tabindex="-1">${body}</main>
<footer class="bottom"><a href="/api/lab?lab=${encodeURIComponent(lab)}">JSON</a> <a href="/metrics">metrics</a> <a href="/healthz">health</a></footer>
</body></html>
`;
}

interface SectionOptions {
  readonly heading?: string;
  readonly intro?: string;
  readonly label?: string;
  /** Read out by screen readers when it changes. */
  readonly live?: boolean;
}

/** A section whose inside is kept up to date. */
export function section(id: string, parts: Fragments, options: SectionOptions): Html {
  const { heading, intro, label, live } = options;
  return html`<section class="part part-${id}"${label !== undefined && html` aria-label="${label}"`}>${heading !== undefined && html`<h2>${heading}</h2>`}${intro !== undefined && html`<p class="intro">${intro}</p>`}
<div id="${id}" data-live${live === true && html` aria-live="polite"`}>${parts[id] ?? ''}</div></section>`;
}

/** A table that scrolls by itself where the page is narrower. */
export function plainTable(titles: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll"><table class="plain"><thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
