import { join } from 'node:path';

/** What the agent leaves for the root-owned helper, in its own folder. The helper believes none of it. */
export const offerFile = (stateDir: string): string => join(stateDir, 'upgrade.offer');
export const packageFile = (stateDir: string): string => join(stateDir, 'upgrade.package');
/** That it was written is the whole request. */
export const wantedFile = (stateDir: string): string => join(stateDir, 'upgrade.wanted');
/** The id of an attempt, once a report of the new agent is confirmed. */
export const reportedFile = (stateDir: string): string => join(stateDir, 'upgrade.reported');
/** What the agent did about offers, so that it does each once. */
export const settledFile = (stateDir: string): string => join(stateDir, 'upgrade.settled');

/** What the helper says to everybody, in its own folder. */
export const answerFile = (folder: string): string => join(folder, 'answer.json');
/** There while an upgrade is not over. */
export const attemptFile = (folder: string): string => join(folder, 'attempt.json');

/** Longest file of these that is read, the package but. */
export const MOST_BYTES = 8192;
