export const top: string;
export const BUILD_NODE: string;
export function pinnedNode(major: string): { version: string; program: string; isThere: boolean };
/** @throws Error of one line */
export function fetchNode(major: string): string;
/** @throws Error of one line */
export function fetchNpm(): string;
