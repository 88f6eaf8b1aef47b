import { harmless } from '@nestwatch/common/harmless';

/** A text of a node, made harmless, at most so long; empty for anything else. */
export function plainText(text: unknown, most: number): string {
  return typeof text === 'string' ? harmless(text.slice(0, most)).trim() : '';
}
