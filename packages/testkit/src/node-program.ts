import { messageOf } from '@nestwatch/common/errors';
import { fetchNode, pinnedNode } from '../../../scripts/node-packages.mjs';

export interface NodeProgram {
  /** Such as "18". */
  readonly major: string;
  /** Such as "18.20.8". */
  readonly version: string;
  /** Its path; undefined where it is unavailable, for the reason. */
  readonly program?: string;
  readonly reason?: string;
}

/** A pinned Node, taken from npm's registry into the cache unless it is there. */
export function nodeProgram(major: '18' | '22' | '24'): NodeProgram {
  const { version } = pinnedNode(major);
  try {
    return { major, version, program: fetchNode(major) };
  } catch (error) {
    return { major, version, reason: messageOf(error) };
  }
}
