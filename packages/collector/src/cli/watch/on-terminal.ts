import { paintFor } from '@nestwatch/common/cli/colour';
import { type CommandContext, EXIT } from '@nestwatch/common/cli/program';
import { messageOf } from '@nestwatch/common/errors';
import { createLatch } from '@nestwatch/common/latch';
import type { UserSchema } from '../settings.ts';
import type { Read } from './command.ts';
import { actionsIn } from './keys.ts';
import { drawn, enterScreen, leaveScreen } from './screen.ts';
import { afterAction, type View } from './view.ts';

/** The time since the newest reading is counted on the screen. */
const TICK_MS = 1000;

type Context = Pick<CommandContext<UserSchema>, 'stdout' | 'env' | 'signal'> & {
  readonly stdin: NodeJS.ReadStream;
};

/** Draws the window again at each reading, key and change of its size, until somebody quits. Gives the terminal back. */
export async function watchOnTerminal(context: Context, read: Read, everyMs: number): Promise<number> {
  const { stdin, stdout, env, signal } = context;
  const paint = paintFor(stdout, env);
  const stop = new AbortController();
  const quit = () => stop.abort();
  const now = createLatch();
  let view: View = { reading: undefined, order: 'tree', scrolled: 0 };
  let bounds = { page: 1, lines: 0 };

  function draw(): void {
    if (stop.signal.aborted) return;
    const { columns, rows } = stdout;
    const { text, page, lines, scrolled } = drawn(view, Date.now() * 1000, { columns, rows }, paint);
    bounds = { page, lines };
    view = { ...view, scrolled };
    stdout.write(text);
  }

  function onKeys(sent: Buffer): void {
    for (const action of actionsIn(sent.toString('utf8'))) {
      if (action === 'quit') quit();
      if (action === 'now') now.wake();
      view = afterAction(view, action, bounds.page, bounds.lines);
    }
    draw();
  }

  const tick = setInterval(draw, TICK_MS);
  signal.addEventListener('abort', quit, { once: true });
  stdout.on('resize', draw);
  stdin.setRawMode(true);
  stdin.on('data', onKeys);
  stdin.on('end', quit);
  stdin.resume();
  stdout.write(enterScreen);
  try {
    draw();
    while (!stop.signal.aborted) {
      view = await readInto(view, read);
      draw();
      await now.wait({ signal: stop.signal, limitMs: everyMs });
    }
    return EXIT.ok;
  } finally {
    clearInterval(tick);
    signal.removeEventListener('abort', quit);
    stdout.off('resize', draw);
    stdin.off('data', onKeys);
    stdin.off('end', quit);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(leaveScreen);
  }
}

/** What was read before stays on the screen while nothing can be read. */
async function readInto(view: View, read: Read): Promise<View> {
  try {
    return { ...view, reading: await read(), error: undefined };
  } catch (error) {
    return { ...view, error: messageOf(error) };
  }
}
