import type { NodeView } from './node-facts.ts';

/** What is kept of a node: its view, and when it was heard of. */
export interface Sighting extends NodeView {
  readonly lab: string;
  readonly firstSeenUs: number;
  readonly lastSeenUs: number;
  /** First eight digits of the kernel's boot_id: one start of the machine. */
  readonly machineBoot: string;
  /** First report of that start: µs of lab time, and by the node's own clock. */
  readonly firstReportUs: number;
  readonly firstReportWallUs: number;
}

/** The machine's part of a header's boot, without that of the agent's run. */
export function machineBootOf(boot: string): string {
  return boot.slice(0, 8);
}

/** A sighting from its JSON; undefined when it is none of this version's. */
export function parseSighting(text: string): Sighting | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null) return undefined;
  const sighting = given as Partial<Sighting>;
  const texts = [sighting.node, sighting.lab, sighting.smbiosUuid, sighting.hostName, sighting.hypervisor];
  const numbers = [sighting.firstSeenUs, sighting.lastSeenUs, sighting.reportedUs, sighting.firstReportUs];
  const lists = [sighting.macs, sighting.guests];
  const whole =
    texts.every((each) => typeof each === 'string') &&
    numbers.every((each) => typeof each === 'number') &&
    lists.every(Array.isArray);
  return whole ? (sighting as Sighting) : undefined;
}
