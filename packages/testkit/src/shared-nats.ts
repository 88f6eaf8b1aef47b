import { afterAll, beforeAll, vi } from 'vitest';
import { startTestNats, type TestNats } from './nats.ts';

/** One real nats-server for a test file, with parts of programs that run on it until the file's end. */
export function shareNats() {
  vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });
  const stop = new AbortController();
  const running: Promise<void>[] = [];
  let nats: TestNats | undefined;
  beforeAll(async () => {
    nats = await startTestNats();
  });
  afterAll(async () => {
    stop.abort();
    await Promise.all(running);
    await nats?.stop();
  });
  const server = () => {
    if (nats === undefined) throw new Error('nats-server runs only while there are tests');
    return nats;
  };
  return {
    connect: () => server().connect(),
    loseStore: () => server().loseStore(),
    /** Runs a part of a program until the file's end. */
    run(part: { run(signal: AbortSignal): Promise<void> }): void {
      running.push(part.run(stop.signal));
    },
  };
}
