import { dirname } from 'node:path';
import { beforeEach, inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Which nats-server a project's tests are run with, such as "2.15". */
    natsVersion: string;
  }
}

/** PATH as it was before; a worker may run files of several projects. */
const USUAL_PATH = 'NESTWATCH_TEST_USUAL_PATH';

/** Has the tests of a file use the nats-server of its project, else the one that NESTWATCH_TEST_NATS names. */
export async function useNatsOfRun(): Promise<void> {
  process.env[USUAL_PATH] ??= process.env['PATH'] ?? '';
  process.env['PATH'] = process.env[USUAL_PATH];
  const version = inject('natsVersion') ?? process.env['NESTWATCH_TEST_NATS'];
  if (version) await useNats(version);
}

/**
 * Has the tests of a file find this nats-server as they would find it if it were installed. Where it cannot be had, they
 * are skipped with the reason. For tests about what one version does: `await useNats('2.9')` before them.
 */
export async function useNats(version: string): Promise<void> {
  // Loaded for this alone: most files need none of it.
  const { natsServer } = await import('../nats-servers.ts');
  const found = await natsServer(version);
  if ('reason' in found) beforeEach(({ skip }) => skip(found.reason));
  else process.env['PATH'] = `${dirname(found.binary)}:${process.env[USUAL_PATH]}`;
}
