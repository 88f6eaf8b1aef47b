import { type GuestShape, v1 } from '@nestwatch/proto';
import { TICKS_PER_SECOND } from '../host/process-stat.ts';
import type { Deltas } from './deltas.ts';
import { activityOf, createBootWatch, runRatios, transferOf } from './guest-activity.ts';
import type { GuestProcess } from './guest-process.ts';
import type { ProbeContext } from './probe.ts';

const { NONE, OUTGOING, INCOMING } = v1.GuestUsage.Transfer;

/** What is remembered of one run of a guest. */
interface Followed {
  readonly boot: ReturnType<typeof createBootWatch>;
  everRan: boolean;
  transfer: number;
}

/** Follows guests from outside, as those have to be in which no agent can run. */
export function createOutsideView() {
  const followed = new Map<number, Followed>();
  return {
    /** What a guest does, how long it booted, and whether it is on its way; that it begins or ends to be is an event. */
    next(
      guest: GuestShape,
      process: GuestProcess,
      deltas: Deltas,
      wallUs: number,
      emit: ProbeContext['emit'],
    ) {
      const pid = guest.pid ?? 0;
      const ageSeconds = (wallUs - (guest.startedWallUs ?? 0)) / 1e6;
      const known = followed.get(pid) ?? startToFollow(ageSeconds - deltas.seconds);
      followed.set(pid, known);
      const ran = runRatios(process, deltas);
      const vcpuRunRatio = ran.length === 0 ? undefined : ran.reduce((sum, share) => sum + share, 0);
      known.everRan ||= (vcpuRunRatio ?? 0) > 0;
      const transfer = transferOf(process, guest.incoming === true, known.everRan);
      const change = transferChange(guest.guest ?? '', known.transfer, transfer);
      if (change !== undefined) emit({ kind: 'GUEST_TRANSFER', text: change });
      known.transfer = transfer;
      return {
        vcpuRunRatio: vcpuRunRatio ?? null,
        activity: activityOf(process, ran, besideVcpus(deltas, vcpuRunRatio)) ?? null,
        firstRestSeconds: known.boot.next(ageSeconds, deltas.seconds, ran) ?? null,
        transfer,
      };
    },
    /** Forgets the guests that are not here any more, by pid. */
    keepOnly(here: ReadonlySet<number>): void {
      for (const pid of followed.keys()) if (!here.has(pid)) followed.delete(pid);
    },
  };
}

function startToFollow(ageSeconds: number): Followed {
  return { boot: createBootWatch(ageSeconds), everRan: false, transfer: NONE };
}

/** CPUs that the monitor used beside its vCPUs. */
function besideVcpus(deltas: Deltas, vcpuRunRatio: number | undefined): number | undefined {
  const [user, system] = [deltas.rate('user'), deltas.rate('system')];
  if (user === undefined || system === undefined || vcpuRunRatio === undefined) return undefined;
  return (user + system) / TICKS_PER_SECOND - vcpuRunRatio;
}

function transferChange(name: string, before: number, now: number): string | undefined {
  if (before === now) return undefined;
  if (now === OUTGOING) return `${name} is being saved or migrated away`;
  if (now === INCOMING) return `${name} is being received, by a migration or from a file`;
  return before === OUTGOING
    ? `${name} is no longer being saved or migrated, and still runs here`
    : `${name} was received, and runs`;
}
