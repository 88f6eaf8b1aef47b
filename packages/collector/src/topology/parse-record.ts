import type { Decision } from './claim-memory.ts';
import type { StoredPosition } from './layer-position.ts';
import type { NodeRecord } from './node-record.ts';

/** A node record from its JSON; undefined when it is from another version. */
export function parseNodeRecord(text: string): NodeRecord | undefined {
  return parse<NodeRecord>(text, (given) => {
    const texts = [given.node, given.lab, given.smbiosUuid, given.hostName, given.hypervisor];
    const numbers = [given.firstSeenUs, given.lastSeenUs, given.reportedUs, given.firstReportUs];
    return (
      texts.every((each) => typeof each === 'string') &&
      numbers.every((each) => typeof each === 'number') &&
      [given.macs, given.guests].every(Array.isArray)
    );
  });
}

/** A position from its JSON; undefined when it is from another version. */
export function parsePosition(text: string): StoredPosition | undefined {
  return parse<StoredPosition>(
    text,
    ({ node, lab, reason, layer, parent }) =>
      [node, lab, reason].every((each) => typeof each === 'string') &&
      (layer === undefined || Number.isInteger(layer)) &&
      (parent === undefined || typeof parent === 'string'),
  );
}

/** An operator's decision from its JSON; undefined when it is none. */
export function parseDecision(text: string): Decision | undefined {
  return parse<Decision>(
    text,
    ({ lab, node, parent, by, atUs, rejected }) =>
      [lab, node, parent, by].every((each) => typeof each === 'string') &&
      typeof atUs === 'number' &&
      Array.isArray(rejected) &&
      rejected.every((each) => typeof each === 'string'),
  );
}

function parse<T extends object>(text: string, isWhole: (given: Partial<T>) => boolean): T | undefined {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === 'object' && given !== null && isWhole(given) ? (given as T) : undefined;
  } catch {
    return undefined;
  }
}
