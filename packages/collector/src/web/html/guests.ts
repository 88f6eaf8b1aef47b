import { formatDuration, formatMemory, significant } from '@nestwatch/common/quantities';
import { v1 } from '@nestwatch/proto';
import { guestStateText } from '../../analysis/report/guest-text.ts';
import { type GuestRow, isStuck } from '../../read/guests.ts';
import type { NodeDetail } from '../../read/node-detail.ts';
import { chip } from './chips.ts';
import { type Html, html } from './html.ts';
import { plainTable } from './layout.ts';

const { NONE } = v1.GuestUsage.Transfer;

/** The guests of a machine as they are seen from outside, which is all there is of those without an agent. */
export function guests({ guests: list }: Pick<NodeDetail, 'guests'>): Html {
  if (list.length === 0) return html`<p class="empty">No guest runs here now.</p>`;
  const rows = list.map(
    (guest) =>
      html`<tr><th scope="row">${guest.guest}</th><td>${state(guest)}</td><td>${number(guest.cpus)}</td><td>${number(guest.exitsPerSecond)}</td><td>${guest.firstRestSeconds === undefined ? '' : formatDuration(guest.firstRestSeconds)}</td><td>${guest.residentBytes === undefined ? '' : formatMemory(guest.residentBytes)}</td><td>${guest.vmm ?? ''}</td><td>${guest.hyperv ?? ''}</td><td>${guest.nestedState ?? ''}</td></tr>`,
  );
  return plainTable(
    [
      'Guest',
      'State',
      'CPUs',
      'Exits/s',
      'Booted in',
      'Memory here',
      'Runs under',
      'For Windows',
      'Its guests in a snapshot',
    ],
    rows,
  );
}

function state(guest: GuestRow): Html | string {
  const { activity, transfer } = guest;
  const text = guestStateText(guest);
  const isOdd = isStuck(activity) || (transfer !== undefined && transfer !== NONE);
  return isOdd ? chip('warn', text) : text;
}

const number = (value: number | undefined) => (value === undefined ? '' : significant(value));
