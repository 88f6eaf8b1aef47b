import type { GuestShape } from '@nestwatch/proto';
import { info, type Judgement, pass, type Rule, unclear, warn } from '../rule.ts';
import { type Judged, nestedStateOf } from '../snapshots/nested-state.ts';
import { runsOf } from '../snapshots/runs-of.ts';
import { SUPPORT } from '../snapshots/support.ts';

const SOURCES = [...new Set(SUPPORT.map(({ source }) => source))].join(', ');

/** Said where the guest runs, because what decides is there: its VMM, the kernel and the CPU. */
export const guestSnapshot: Rule = {
  name: 'guest-snapshot',
  question: 'Do guests of this node that run guests survive being saved, snapshotted or migrated?',
  source: SOURCES,
  judge({ facts, guests }) {
    const judged = guests.flatMap((guest) => {
      const found = nestedStateOf(guest, runsOf(facts));
      return found === undefined ? [] : [{ guest, ...found }];
    });
    const worst = (['lost', 'unclear', 'unproven', 'kept'] as const).find((state) =>
      judged.some((each) => each.state === state),
    );
    if (worst === undefined) return undefined;
    return SAID[worst](sentence(judged.filter(({ state }) => state === worst)));
  },
};

const SHUT_DOWN =
  'Before you save, snapshot or migrate them, shut down the guests in them or migrate those elsewhere';
const SAID: Readonly<Record<Judged['state'], (who: string) => Judgement>> = {
  kept: (who) => pass(`yes, with all guests in them: ${who}`),
  unproven: (who) => info(`perhaps: ${who}`, `${SHUT_DOWN}, or test it with data that you can lose`),
  unclear: (who) => unclear(`not known: ${who}`),
  lost: (who) => warn(`no: ${who}`, SHUT_DOWN),
};

function sentence(judged: readonly (Judged & { guest: GuestShape })[]): string {
  const whys = [...new Set(judged.map(({ why }) => why))];
  return whys
    .map(
      (why) =>
        `${judged.flatMap((each) => (each.why === why ? [each.guest.guest] : [])).join(', ')} (${why})`,
    )
    .join('; ');
}
