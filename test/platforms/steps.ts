/** What is done on a platform, in the clone of the project. */
export const STEPS: Readonly<Record<string, { meaning: string; command: string }>> = {
  start: { meaning: 'npm start -- --once', command: 'npm start -- --once' },
  unit: { meaning: 'the unit tests', command: 'npm test -- --project unit' },
  server: { meaning: 'the tests on real servers', command: 'npm test -- --project server' },
  test: { meaning: 'the whole npm test', command: 'npm test' },
  lab: { meaning: 'a lab of one layer', command: 'npm run lab -- --once --layers 1' },
};

export interface StepResult {
  platform: string;
  step: string;
  ok: boolean;
  seconds: number;
  /** How many tests passed and failed, where these were run. */
  counts?: string;
}

/** The closing line of `npm test`, the last of its kind. */
export function countsOf(output: string): string | undefined {
  return [...output.matchAll(/^\d+ passed, \d+ failed(?:, \d+ skipped)?$/gm)].at(-1)?.[0];
}

/** The end of what a step printed, for whoever has to find out why it failed. */
export function tailOf(output: string, lines = 25): string {
  return output.trimEnd().split('\n').slice(-lines).join('\n');
}
