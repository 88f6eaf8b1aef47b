// Keeps the page up to date: the server sends the parts that changed as HTML it made and escaped itself.
import { morph } from './morph.js';
import { followSpans } from './spans.js';
import { followViews } from './views.js';
import { zoomCharts } from './zoom.js';

const connection = document.getElementById('connection');
const theme = document.getElementById('theme');

/** What was put into each part: the browser writes innerHTML in its own way, so that cannot be compared. */
const sent = new Map();

function say(state, text) {
  connection.className = `connection ${state}`;
  connection.textContent = text;
}

function replace(id, html) {
  const part = document.getElementById(id);
  if (part === null || sent.get(id) === html) return;
  sent.set(id, html);
  morph(part, html);
}

/** Listens while the page can be seen: a browser allows few connections to one server, over all of its tabs. */
function listenWhileSeen(url) {
  let source;
  const follow = () => {
    if (document.visibilityState === 'hidden') {
      source?.close();
      source = undefined;
      say('', 'paused');
    } else source ??= listen(url);
  };
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', () => source?.close());
  follow();
  return {
    /** Listens to another view of the same page. */
    follow(next) {
      url = next;
      source?.close();
      source = undefined;
      follow();
    },
  };
}

/** A browser tries again when a connection breaks, but gives up when it is answered 503, as by a collector that starts. */
const AGAIN_MS = 3000;

function listen(url) {
  let source;
  let again;
  const open = () => {
    source = new EventSource(url);
    source.addEventListener('open', () => say('live', 'live'));
    source.addEventListener('parts', (event) => {
      for (const [id, html] of Object.entries(JSON.parse(event.data))) replace(id, html);
      document.documentElement.dataset.updated = String(Date.now());
    });
    source.addEventListener('trouble', (event) => say('away', JSON.parse(event.data)));
    source.addEventListener('error', () => {
      say('away', 'disconnected, reconnecting');
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    });
  };
  open();
  return {
    close() {
      clearTimeout(again);
      source.close();
    },
  };
}

/** System, then light, then dark. */
function setTheme(name) {
  if (name === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  theme.textContent = `Theme: ${name}`;
  try {
    localStorage.setItem('nestwatch-theme', name);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

const themes = ['system', 'light', 'dark'];
function storedTheme() {
  try {
    return localStorage.getItem('nestwatch-theme') ?? 'system';
  } catch {
    return 'system';
  }
}

setTheme(themes.includes(storedTheme()) ? storedTheme() : 'system');
theme.hidden = false;
theme.addEventListener('click', () => {
  const at = themes.indexOf(document.documentElement.dataset.theme ?? 'system');
  setTheme(themes[(at + 1) % themes.length]);
});

/** Where changes of what an address shows are sent: what stands after /events of the page, with the view's own. */
function eventsOf({ search }) {
  const url = new URL(document.body.dataset.events, location);
  const fixed = new URLSearchParams(url.search);
  const query = new URLSearchParams(search);
  for (const name of ['lab', 'node']) if (fixed.has(name)) query.set(name, fixed.get(name));
  return `${url.pathname}?${query}`;
}

const live = document.body.dataset.events ? listenWhileSeen(document.body.dataset.events) : undefined;
const go = followViews((address) => {
  const isOver = new URLSearchParams(address.search).has('to');
  // A time that is over does not go on: it is a page of its own, and so is the way back from it.
  if (live === undefined || isOver) location.reload();
  else live.follow(eventsOf(address));
});
zoomCharts(go);
followSpans();
