// Drawing over a chart with the pointer shows that time alone: the server reads it again, with more points.

/** The drawing within the view box of a chart. Equal to the numbers in line-chart.ts. */
const [WIDTH, LEFT, RIGHT] = [640, 84, 112];
/** Less is a click. */
const LEAST = 6;

/** @param go follows an address */
export function zoomCharts(go) {
  let drawn;
  const place = (event) => {
    const box = drawn.chart.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * WIDTH;
    return Math.min(WIDTH - RIGHT, Math.max(LEFT, at));
  };
  document.addEventListener('pointerdown', (event) => {
    const chart = event.target.closest?.('.zoom svg.chart');
    if (!chart || event.button !== 0 || event.pointerType === 'touch') return;
    event.preventDefault();
    const area = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    area.setAttribute('class', 'zoomed');
    area.setAttribute('height', '100%');
    drawn = { chart, area };
    drawn.from = place(event);
    chart.append(area);
  });
  document.addEventListener('pointermove', (event) => {
    if (!drawn) return;
    const to = place(event);
    drawn.area.setAttribute('x', String(Math.min(drawn.from, to)));
    drawn.area.setAttribute('width', String(Math.abs(to - drawn.from)));
  });
  document.addEventListener('pointerup', (event) => {
    if (!drawn) return;
    const [low, high] = [drawn.from, place(event)].sort((a, b) => a - b);
    const { dataset } = drawn.chart.closest('.zoom');
    drawn.area.remove();
    drawn = undefined;
    if (high - low < LEAST) return;
    const [start, end] = [Number(dataset.from), Number(dataset.to)];
    const timeAt = (x) => start + ((x - LEFT) / (WIDTH - LEFT - RIGHT)) * (end - start);
    const stamp = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
    const url = new URL(dataset.zoom, location);
    url.searchParams.delete('span');
    url.searchParams.set('from', stamp(timeAt(low)));
    url.searchParams.set('to', stamp(Math.max(timeAt(high), timeAt(low) + 60)));
    go(url.href);
  });
}
