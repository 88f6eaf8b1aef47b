// Functions that run in the lab page, given to a browser as their text.

/** Runs in the page: texts of charts that do not end within their chart. */
export function cutTexts(): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: the page's own globals, in a project without the DOM's types
  const { document } = globalThis as any;
  return [...document.querySelectorAll('svg.chart text')]
    .filter((text) => {
      const [own, chart] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()];
      return own.left < chart.left - 0.5 || own.right > chart.right + 0.5;
    })
    .map((text) => text.textContent);
}

/**
 * Runs in the page: texts whose contrast with what lies behind them is below 4.5, the limit of WCAG 2.2 level AA.
 * A canvas turns every way of writing a colour into red, green and blue.
 */
export function faintTexts(): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: the page's own globals, in a project without the DOM's types
  const { document, getComputedStyle } = globalThis as any;
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour: string): number[] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour: number[]) => {
    const [red = 0, green = 0, blue = 0] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element: { parentElement: unknown } | null): number[] => {
    for (let at = element; at !== null; at = at.parentElement as typeof element) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if ((colour[3] ?? 0) > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const faint: string[] = [];
  for (const element of document.querySelectorAll('main *, .top *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    // What is said to who points at something is drawn by the browser.
    if (!own || element.closest('.skip, title') !== null) continue;
    const style = getComputedStyle(element);
    const text = luminance(rgba(element.closest('svg') === null ? style.color : style.fill));
    const back = luminance(behind(element));
    const contrast = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    if (contrast < 4.5)
      faint.push(`${element.className || element.tagName}: ${element.textContent.trim()} ${contrast}`);
  }
  return faint;
}
