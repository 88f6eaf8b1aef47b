import { formatDuration, significant } from '@nestwatch/common/quantities';
import { v1 } from '@nestwatch/proto';
import { fieldOf, wordOf } from '@nestwatch/proto/catalogue';
import type { GuestRow } from '../../read/guests.ts';
import type { ReportGuest } from './report.ts';

const ACTIVITY = fieldOf('nestwatch_guest_usage', 'activity');
const TRANSFER = fieldOf('nestwatch_guest_usage', 'transfer');
const { NONE } = v1.GuestUsage.Transfer;

/** What a guest does, or that it is on its way; empty where it is not known. */
export function guestStateText({ activity, transfer }: Pick<GuestRow, 'activity' | 'transfer'>): string {
  if (transfer !== undefined && transfer !== NONE) return wordOf(TRANSFER, transfer);
  return activity === undefined ? '' : wordOf(ACTIVITY, activity);
}

const number = (value: number | undefined) => (value === undefined ? '' : significant(value));

/** Columns of the guests without an agent, for Markdown, a terminal and HTML. */
export const GUEST_COLUMNS: readonly { readonly title: string; value(guest: ReportGuest): string }[] = [
  { title: 'guest', value: ({ guest }) => guest },
  { title: 'on', value: ({ name }) => name },
  { title: 'state', value: guestStateText },
  { title: 'CPUs', value: ({ cpus }) => number(cpus) },
  { title: 'exits a second', value: ({ exitsPerSecond }) => number(exitsPerSecond) },
  {
    title: 'booted in',
    value: ({ firstRestSeconds }) => (firstRestSeconds === undefined ? '' : formatDuration(firstRestSeconds)),
  },
  { title: 'its guests in a snapshot', value: ({ nestedState = '' }) => nestedState },
];
