// Views of one page, such as another figure or an open machine, are links: followed without loading the page again, so
// that it stays where it is. Without this script they are pages of their own.

/** Follows links to other views. @param show is given the address of the view */
export function followViews(show) {
  const go = (href) => {
    history.pushState(null, '', href);
    show(location);
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-view]');
    // A new tab, a new window or a download is what the reader asks for.
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
      return;
    if (new URL(link.href).pathname !== location.pathname) return;
    event.preventDefault();
    go(link.href);
  });
  document.addEventListener('keydown', (event) => {
    const close = event.key === 'Escape' ? document.querySelector('a[data-close]') : null;
    if (!close) return;
    const opener = document.querySelector('a.tile[aria-current]');
    close.click();
    opener?.focus({ preventScroll: true });
  });
  addEventListener('popstate', () => show(location));
  return go;
}
