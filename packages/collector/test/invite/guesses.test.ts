import { expect, test } from 'vitest';
import { createGuesses } from '../../src/invite/guesses.ts';
import { createNonces } from '../../src/invite/nonce.ts';

test('each wrong guess costs more time, up to a bound, and is forgotten later', async () => {
  let nowMs = 0;
  const waits: number[] = [];
  const guesses = createGuesses(
    () => nowMs,
    async (ms) => void waits.push(ms),
  );
  for (let count = 0; count < 6; count += 1) expect(await guesses.wrong('192.0.2.1')).toBe(true);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 16_000]);
  await guesses.wrong('192.0.2.2');
  expect(waits.at(-1)).toBe(1000);
  nowMs += 700_000;
  await guesses.wrong('192.0.2.1');
  expect(waits.at(-1)).toBe(1000);
});

test('of many guesses at once few are answered at all', async () => {
  const release: (() => void)[] = [];
  const guesses = createGuesses(
    () => 0,
    () => new Promise<void>((done) => release.push(done)),
  );
  const same = Array.from({ length: 10 }, () => guesses.wrong('192.0.2.1'));
  const others = Array.from({ length: 30 }, (_, at) => guesses.wrong(`198.51.100.${at}`));
  for (const each of release) each();
  expect((await Promise.all(same)).filter(Boolean)).toHaveLength(4);
  expect((await Promise.all(others)).filter(Boolean)).toHaveLength(12);
});

test('a nonce holds for two minutes, at the collector that gave it', () => {
  let nowMs = 1000;
  const nonces = createNonces(() => nowMs);
  const nonce = nonces.give();
  expect(nonces.knows(nonce)).toBe(true);
  expect(createNonces(() => nowMs).knows(nonce)).toBe(false);
  const [atMs, mark] = nonce.split('.');
  expect(nonces.knows(`${atMs}0.${mark}`)).toBe(false);
  for (const bad of ['', '.', 'x', `${atMs}.`, `${atMs}.é`]) expect(nonces.knows(bad)).toBe(false);
  nowMs += 120_001;
  expect(nonces.knows(nonce)).toBe(false);
});
