import { join } from 'node:path';

/** How an agent without the right to trace asks the root-owned helper: it touches one file, and reads another. */
export const HELPER_ANSWER = '/run/nestwatch-exits/answer.json';

/** In the agent's own folder, which the helper never opens: that it was written is the whole request. */
export const wantedFile = (stateDir: string): string => join(stateDir, 'exits.wanted');

/** How much of an answer is read. */
export const ANSWER_BYTES = 1024 * 1024;
