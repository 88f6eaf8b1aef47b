import { type LabAddress, pathOf } from '../address/lab-address.ts';
import { type Html, html } from './html.ts';

/** Any other time: from one moment to another, and the start of the comparison of changes. It leads to an address. */
export function spanForm(address: LabAddress): Html {
  const { show, from, to, since } = address;
  const kept = show === 'slowdown' ? '' : html`<input type="hidden" name="show" value="${show}">`;
  return html`<details class="another-time" id="another-time"><summary>Another time</summary><form class="asked" method="get" action="${pathOf({ lab: address.lab })}">${kept}
<label>from <input name="from" value="${from ?? ''}" placeholder="2026-11-20T06:00 or 2d" size="20"></label>
<label>to <input name="to" value="${to ?? ''}" placeholder="now" size="20"></label>
<label>different since <input name="since" value="${since ?? ''}" placeholder="1d" size="20"></label>
<button type="submit">Show</button></form></details>`;
}
