import type { Asked } from '../../analysis/compare/request.ts';
import { type Html, html } from '../html/html.ts';

/** What may be asked for, as in the address and the command: a date, another lab, or two kernels. */
export function compareForm(lab: string, labs: readonly string[], asked: Asked): Html {
  const others = labs.filter((each) => each !== lab);
  const [, withLab = ''] = asked.many('lab');
  const [old = '', now = ''] = asked.many('kernel');
  return html`<form class="asked" method="get" action="/lab/${encodeURIComponent(lab)}/compare">
<label>before <input name="before" value="${asked.one('before') ?? ''}" placeholder="2026-11-20 or 7d" size="18"></label>
<label>after <input name="after" value="${asked.one('after') ?? ''}" placeholder="the same" size="18"></label>
<label>or kernel <input name="kernel" value="${old}" placeholder="6.1" size="10"></label>
<label>and kernel <input name="kernel" value="${now}" placeholder="6.12" size="10"></label>
${others.length > 0 && html`<label>or with lab <select name="with"><option value="">–</option>${others.map((each) => html`<option${each === withLab && html` selected`}>${each}</option>`)}</select></label>`}
<label>span <input name="span" value="${asked.one('span') ?? ''}" placeholder="30d" size="6"></label>
<button type="submit">Compare</button></form>`;
}

const TIMES: ReadonlySet<string> = new Set(['before', 'after', 'span']);

/** What the address asks for. Fields that were left empty ask for nothing; a bare number, as of a slider, is days. */
export function askedIn(lab: string, query: URLSearchParams): Asked {
  const inDays = (name: string, value: string) =>
    TIMES.has(name) && /^\d{1,3}$/.test(value) ? `${value}d` : value;
  const many = (name: string) =>
    query
      .getAll(name)
      .filter((value) => value !== '')
      .map((value) => inDays(name, value));
  return {
    lab,
    one: (name) => many(name)[0],
    many: (name) => {
      if (name !== 'lab') return many(name);
      const [other] = many('with');
      return other === undefined ? [] : [lab, other];
    },
  };
}
