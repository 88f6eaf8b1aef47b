import { formatMemory, formatPercent, significant } from '@nestwatch/common/quantities';
import { numberIn, type Row, textIn } from '../../read/cells.ts';
import type { GuestFigures, Outside } from '../../read/outside.ts';
import type { NodeView } from '../view/view.ts';
import { type Html, html } from './html.ts';
import { plainTable } from './layout.ts';

const TITLES = ['Machine', 'CPU time', 'Scheduled', 'Memory', 'In swap', 'Huge pages'];

/** What the machine below lets a machine have, and what that lets its guests have. */
export function outsideTable({ self, inside, guests }: Outside, node: NodeView): Html {
  const rows = [
    ...(self === undefined ? [] : [row(self, html`<strong>${node.name}</strong>, as its parent sees it`)]),
    ...guests.map((guest) => row(guest, html`${guest.guest}`)),
  ];
  if (rows.length === 0) return html`<p class="empty">No parent reports it, and it runs no guests.</p>`;
  const own = self === undefined ? undefined : insideText(inside);
  return html`${plainTable(TITLES, rows)}${own !== undefined && html`<p class="intro">${own}</p>`}`;
}

function row({ limits, memory }: GuestFigures, name: Html): Html {
  const cells = [
    cpuText(limits),
    scheduledText(limits),
    memoryText(memory),
    swapText(memory),
    hugeText(memory),
  ];
  return html`<tr><th scope="row">${name}</th>${cells.map((text) => html`<td>${text}</td>`)}</tr>`;
}

/** "0.4 CPUs by /child, throttled 58 %". */
export function cpuText(limits: Row | undefined): string {
  const cpus = numberIn(limits, 'limit_cpus');
  const unread = textIn(limits, 'unread');
  if (cpus === undefined) return unread || (limits === undefined ? '–' : 'no limit');
  const throttled = numberIn(limits, 'throttled_ratio');
  const share = throttled === undefined ? '' : `, throttled ${formatPercent(throttled)}`;
  return `${significant(cpus)} CPUs by ${textIn(limits, 'limit_group')}${share}`;
}

/** "on CPUs 0-3, nice 5, weight 50", without what is usual. */
export function scheduledText(limits: Row | undefined): string {
  const [nice = 0, weight = 100] = [numberIn(limits, 'nice'), numberIn(limits, 'weight')];
  const [policy, cpus, bound] = ['policy', 'cpus_allowed_list', 'bound_with'].map((name) =>
    textIn(limits, name),
  );
  const parts = [
    cpus && `on CPUs ${cpus}`,
    policy && policy !== 'other' && `class ${policy}`,
    nice !== 0 && `nice ${nice}`,
    Math.round(weight) !== 100 && `weight ${Math.round(weight)}`,
    bound && `beside ${bound}`,
  ];
  return parts.filter(Boolean).join(', ') || '–';
}

/** "1.00 GiB given, 812 MiB resident, at most 2.00 GiB". */
export function memoryText(memory: Row | undefined): string {
  const part = (field: string, say: (text: string) => string) => {
    const bytes = numberIn(memory, field);
    return bytes === undefined ? [] : [say(formatMemory(bytes))];
  };
  const parts = [
    part('given_bytes', (text) => `${text} given`),
    part('resident_bytes', (text) => `${text} resident`),
    part('limit_bytes', (text) => `at most ${text}`),
  ];
  return parts.flat().join(', ') || '–';
}

function swapText(memory: Row | undefined): string {
  const bytes = numberIn(memory, 'swapped_bytes');
  const stall = numberIn(memory, 'memory_stall_ratio') ?? 0;
  if (bytes === undefined) return '–';
  return stall < 0.001 ? formatMemory(bytes) : `${formatMemory(bytes)}, waits ${formatPercent(stall)}`;
}

function hugeText(memory: Row | undefined): string {
  const sizes = ['huge_bytes', 'hugetlb_bytes'].flatMap((field) => numberIn(memory, field) ?? []);
  const unread = textIn(memory, 'unread');
  const text = sizes.length === 0 ? '–' : formatMemory(sizes.reduce((sum, size) => sum + size, 0));
  return unread === '' ? text : `${text} (${unread})`;
}

/** What the machine itself says of its memory, beside what its parent says. */
export function insideText(memory: Row | undefined): string | undefined {
  const [total, free] = [numberIn(memory, 'total_bytes'), numberIn(memory, 'free_bytes')];
  if (total === undefined || free === undefined) return undefined;
  const balloon = numberIn(memory, 'balloon_bytes') ?? 0;
  const given = balloon > 0 ? `; its balloon has returned ${formatMemory(balloon)}` : '';
  return `Inside, ${formatMemory(free)} of ${formatMemory(total)} are free${given}.`;
}
