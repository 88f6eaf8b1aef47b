import type { Cell } from './cell.ts';

/** What is taken off is uneven by about this much for one piece. */
const NEXT_TO_NOTHING = 0.1;

/** "1.00", "53.1", "1,234"; 0 for what is next to nothing, or less than what idling makes. */
export function figure(value: number): string {
  if (value < NEXT_TO_NOTHING) return '0';
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** "53.1 ‹ 8.20 ‹ 1.00": guest0's exits for one piece first. Why there are none where there are none. */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return '-';
  if (cell.state !== 'counted') return cell.state;
  return `${cell.exits.map(figure).join(' ‹ ')}${cell.agrees === false ? ' ~' : ''}`;
}
