import { defined } from '@nestwatch/common/defined';
import { harmlessUpTo } from '@nestwatch/common/harmless';
import type { Alert } from '../alerts/alert.ts';
import { messageOfAlert, storyOf, titleOf } from '../sinks/message.ts';

/** No text of a machine is longer in what people read: it may be hostile. */
const LONGEST = { name: 128, title: 200, summary: 1000, detail: 500, story: 2500 } as const;
const MOST_DETAILS = 10;

/** What a target sends about an alert: one-line texts of bounded length without invisible characters. */
export type News = ReturnType<typeof newsOf>;

/** @param page address of the lab page, for the link; empty where it is not known */
export function newsOf(alert: Alert, page: string) {
  const message = messageOfAlert(alert, page);
  const short = (text: string) => harmlessUpTo(text, LONGEST.name);
  const several = (texts: readonly string[]) =>
    texts.slice(0, MOST_DETAILS).map((text) => harmlessUpTo(text, LONGEST.detail));
  return defined({
    ...message,
    /** The same for all messages about one alert, until it is over. */
    alert: `${alert.id}/${alert.firedUs ?? 0}`,
    rule: short(alert.rule),
    name: short(alert.name),
    parent: alert.parent === undefined ? undefined : short(alert.parent),
    subject: short(alert.subject),
    title: harmlessUpTo(titleOf(alert), LONGEST.title),
    summary: harmlessUpTo(alert.summary, LONGEST.summary),
    details: several(alert.details),
    causes: several(alert.causes),
    story: harmlessUpTo(storyOf(alert), LONGEST.story),
  });
}

/** What every kind of message says of where it happened: "lab training, layer 3, guest3". */
export function placeOf({ lab, layer, name }: News): string {
  const where = [`lab ${lab}`, ...(layer === undefined ? [] : [`layer ${layer}`]), ...(name ? [name] : [])];
  return where.join(', ');
}
