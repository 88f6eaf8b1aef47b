import type { GuestRow } from '../../read/guests.ts';
import type { NodeState } from '../../read/node-state.ts';
import type { ReportGuest } from './report.ts';

/** The guests in which no agent reports, with the machine that runs each. @param states the lab's nodes */
export function guestsWithoutAgent(guests: readonly GuestRow[], states: readonly NodeState[]): ReportGuest[] {
  return guests.flatMap((each) => {
    const runner = states.find(({ node }) => node === each.node);
    const hasAgent = states.some(
      ({ parent, guestName, name }) => parent === each.node && (guestName ?? name) === each.guest,
    );
    return runner === undefined || hasAgent ? [] : [{ ...each, name: runner.name }];
  });
}
