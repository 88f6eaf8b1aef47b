import type { FiringAlert } from '../../read/alerts.ts';
import type { LiveRow } from '../../read/live-table.ts';
import type { Action } from './keys.ts';

/** How machines are put in order: as a tree, or who is in trouble first. */
export type Order = 'tree' | 'trouble';

/** What was read last. */
export interface Reading {
  readonly rows: readonly LiveRow[];
  readonly alerts: readonly FiringAlert[];
  readonly atUs: number;
}

/** All that the screen depends on. */
export interface View {
  readonly reading: Reading | undefined;
  /** Why nothing newer could be read; absent when it could. */
  readonly error?: string | undefined;
  readonly order: Order;
  /** Lines of the table above the first that is shown. */
  readonly scrolled: number;
}

/** The view after an action. @param page lines of the table that are seen at once; @param lines all of it */
export function afterAction(view: View, action: Action, page: number, lines: number): View {
  const to = (scrolled: number) => ({ ...view, scrolled: clamped(scrolled, page, lines) });
  switch (action) {
    case 'order':
      return { ...view, order: view.order === 'tree' ? 'trouble' : 'tree', scrolled: 0 };
    case 'up':
      return to(view.scrolled - 1);
    case 'down':
      return to(view.scrolled + 1);
    case 'page-up':
      return to(view.scrolled - page);
    case 'page-down':
      return to(view.scrolled + page);
    case 'first':
      return to(0);
    case 'last':
      return to(lines);
    default:
      return view;
  }
}

/** The table may have become shorter, or the window taller. */
export function clamped(scrolled: number, page: number, lines: number): number {
  return Math.max(0, Math.min(scrolled, lines - page));
}
