import { RetryableError } from '@nestwatch/common/errors';
import { type ConsoleLine, sendOrder } from '../lab/cascade/console.ts';

/** A layer that gave no answer in its time. */
export class Silent extends RetryableError {}

/** Talks with the layers of an observed lab over guest0's console: one order at a time, and its answer. */
export function createConversation(folder: string, signal: AbortSignal, send: typeof sendOrder = sendOrder) {
  const said: { depth: number; text: string }[] = [];
  const waiting: (() => void)[] = [];
  const wakeAll = () => {
    for (const wake of waiting.splice(0)) wake();
  };
  signal.addEventListener('abort', wakeAll);
  let orders = 0;

  /**
   * Waits until one of some layers has said something of this form, since the beginning or since an order.
   * @throws Silent
   */
  async function heard(depths: readonly number[], form: RegExp, limitMs: number, from = 0) {
    const find = () => said.slice(from).find(({ depth, text }) => depths.includes(depth) && form.test(text));
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      wakeAll();
    }, limitMs);
    try {
      for (let found = find(); ; found = find()) {
        if (found !== undefined) return found;
        signal.throwIfAborted();
        if (isOver) {
          const layers = depths.map((depth) => `guest${depth}`).join(' and ');
          throw new Silent(`${layers} said nothing for ${Math.round(limitMs / 1000)} s`);
        }
        await new Promise<void>((done) => waiting.push(done));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    line({ layer, text }: ConsoleLine): void {
      said.push({ depth: Number(layer.slice('guest'.length)), text });
      wakeAll();
    },
    heard,
    /** What a layer has said until now. */
    saidBy: (depth: number) => said.filter((each) => each.depth === depth).map(({ text }) => text),
    /** Gives an order that needs no answer. @returns the position in the output after it */
    async tell(depth: number, order: string): Promise<number> {
      const from = said.length;
      await send(folder, `guest${depth}`, order);
      return from;
    },
    /**
     * Gives an order to a layer and has its answer, and what that layer said before it.
     * @throws Silent
     */
    async ask(depth: number, order: string, limitMs: number, word = '') {
      const id = `${++orders}`;
      const from = said.length;
      await send(folder, `guest${depth}`, `${order} ${id} ${word}`.trimEnd());
      const { text } = await heard([depth], new RegExp(`^answer ${id}(?: |$)`), limitMs, from);
      const before = said
        .slice(from)
        .filter((each) => each.depth === depth && !each.text.startsWith('answer '));
      return { answer: text.replace(/^answer \d+ ?/, ''), before: before.map((each) => each.text) };
    },
  };
}

export type Conversation = ReturnType<typeof createConversation>;
