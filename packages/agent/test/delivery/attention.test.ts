import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAttention } from '../../src/delivery/attention.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function attentionOf(everyMs: number) {
  const state = { isNeeded: false, acted: 0 };
  const act = async () => {
    state.acted += 1;
  };
  return { state, ...createAttention({ act, everyMs, isNeeded: () => state.isNeeded }) };
}

test('acts while it is needed, and has no timer while it is not', async () => {
  const { state, reconsider } = attentionOf(1000);
  reconsider();
  expect(vi.getTimerCount()).toBe(0);
  state.isNeeded = true;
  reconsider();
  reconsider();
  await vi.advanceTimersByTimeAsync(3500);
  expect(state.acted).toBe(3);
  state.isNeeded = false;
  reconsider();
  expect(vi.getTimerCount()).toBe(0);
});

test('what is needed for less than the time is not acted on', async () => {
  const { state, reconsider } = attentionOf(1000);
  for (const isNeeded of [true, false, true]) {
    state.isNeeded = isNeeded;
    reconsider();
    await vi.advanceTimersByTimeAsync(900);
  }
  expect(state.acted).toBe(0);
});

test('acts no more once it has ended, or where it is never to act by itself', async () => {
  for (const everyMs of [0, 1000]) {
    const { state, reconsider, end } = attentionOf(everyMs);
    state.isNeeded = true;
    reconsider();
    end();
    reconsider();
    await vi.advanceTimersByTimeAsync(5000);
    expect(state.acted).toBe(0);
  }
});
