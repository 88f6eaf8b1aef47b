import type { GuestShape } from '@nestwatch/proto';

/** What happened to the guests between two findings, one phrase for each; empty when nothing did. */
export function guestChanges(before: readonly GuestShape[], after: readonly GuestShape[]): string[] {
  const gone = before.filter((guest) => !after.some((other) => isSameRun(guest, other)));
  const come = after.filter((guest) => !before.some((other) => isSameRun(guest, other)));
  const restarted = come.filter((guest) => gone.some((other) => isSameMachine(guest, other)));
  return [
    ...restarted.map((guest) => `${guest.guest} was restarted`),
    ...come.filter((guest) => !restarted.includes(guest)).map((guest) => `${guest.guest} was started`),
    ...gone
      .filter((guest) => !restarted.some((other) => isSameMachine(guest, other)))
      .map((guest) => `${guest.guest} was stopped`),
  ];
}

/** One run of a guest is one process: pids come again, but not with the same start. */
function isSameRun(one: GuestShape, other: GuestShape): boolean {
  return one.pid === other.pid && one.startedWallUs === other.startedWallUs;
}

function isSameMachine(one: GuestShape, other: GuestShape): boolean {
  return (one.uuid ?? '') !== '' ? one.uuid === other.uuid : one.guest === other.guest;
}
