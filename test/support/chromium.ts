import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { temporaryFolder } from '@nestwatch/testkit/folder';

/** Debian's Chromium, without a window, spoken to in the DevTools protocol over a pipe. */
export interface Browser extends AsyncDisposable {
  open(url: string, screen: Screen): Promise<Tab>;
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly phone?: boolean;
}

export interface Tab extends AsyncDisposable {
  /** The value of an expression in the page; promises are awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true. */
  until(expression: string, limitMs?: number): Promise<void>;
  press(key: string): Promise<void>;
  /** PNG of the whole page, or of what the screen shows. */
  screenshot(whole?: boolean): Promise<Buffer>;
  /** What the page's scripts hold after a collection of garbage, bytes. */
  heapBytes(): Promise<number>;
  /** PDF of the page as it is printed, on A4. */
  print(): Promise<Buffer>;
  /** Addresses of every request since the tab was opened. */
  readonly requests: readonly string[];
  /** Errors of the page and of its scripts, refusals by its content security policy among them. */
  readonly complaints: readonly string[];
}

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser's program; undefined where there is none. */
export function findChromium(): string | undefined {
  return PROGRAMS.find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);
}

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
  ...[
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
  ],
  ...['--disable-dev-shm-usage', '--remote-debugging-pipe', '--font-render-hinting=none', '--lang=en'],
];

export async function startBrowser(program: string): Promise<Browser> {
  const profile = temporaryFolder('chromium');
  const child = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const wire = createWire(child);
  await wire.send('Browser.getVersion');
  return {
    open: (url, screen) => openTab(wire, url, screen),
    async [Symbol.asyncDispose]() {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      await wire.send('Browser.close').catch(() => child.kill('SIGKILL'));
      await ended;
    },
  };
}

type Parameters = Readonly<Record<string, unknown>>;
interface Message {
  id?: number;
  method?: string;
  params?: Parameters;
  result?: Record<string, unknown>;
  error?: { message: string };
  sessionId?: string;
}

interface Wire {
  send(method: string, params?: Parameters, sessionId?: string): Promise<Record<string, unknown>>;
  listen(sessionId: string, listener: (method: string, params: Parameters) => void): void;
}

/** Messages are JSON, each ended by a zero byte. */
function createWire(child: ChildProcess): Wire {
  const out = child.stdio[3] as Writable;
  const waiting = new Map<
    number,
    { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }
  >();
  const listeners = new Map<string, (method: string, params: Parameters) => void>();
  let rest = '';
  let last = 0;
  (child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) take(JSON.parse(part) as Message);
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser ended'));
  });

  function take({ id, method, params, result, error, sessionId }: Message): void {
    if (id === undefined) {
      listeners.get(sessionId ?? '')?.(method ?? '', params ?? {});
      return;
    }
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error !== undefined) asked?.reject(new Error(error.message));
    else asked?.resolve(result ?? {});
  }

  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
    listen: (sessionId, listener) => listeners.set(sessionId, listener),
  };
}

async function openTab(wire: Wire, url: string, screen: Screen): Promise<Tab> {
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
  const attached = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const session = String(attached['sessionId']);
  const send = (method: string, params?: Parameters) => wire.send(method, params, session);
  const requests: string[] = [];
  const complaints: string[] = [];
  wire.listen(session, (method, params) => {
    if (method === 'Network.requestWillBeSent') requests.push((params['request'] as { url: string }).url);
    if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(params['exceptionDetails']));
    if (method === 'Log.entryAdded') complaints.push((params['entry'] as { text: string }).text);
  });
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', {
    width: screen.width,
    height: screen.height,
    deviceScaleFactor: screen.phone === true ? 2 : 1,
    mobile: screen.phone === true,
  });
  await send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: screen.dark === true ? 'dark' : 'light' }],
  });
  await send('Page.navigate', { url });

  const tab: Tab = {
    async [Symbol.asyncDispose]() {
      await wire.send('Target.closeTarget', { targetId });
    },
    requests,
    complaints,
    async evaluate<T>(expression: string) {
      const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (answer['exceptionDetails'] !== undefined)
        throw new Error(JSON.stringify(answer['exceptionDetails']));
      return (answer['result'] as { value: T }).value;
    },
    async until(expression, limitMs = 60_000) {
      const end = Date.now() + limitMs;
      while (Date.now() < end) {
        if (await tab.evaluate<boolean>(`Boolean(${expression})`).catch(() => false)) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`within ${limitMs} ms the page did not come to: ${expression}`);
    },
    async press(key) {
      const text = key === 'Enter' ? '\r' : undefined;
      const named = {
        key,
        code: key,
        windowsVirtualKeyCode: KEY_CODES[key] ?? 0,
        ...(text === undefined ? {} : { text }),
      };
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...named });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...named });
    },
    async screenshot(whole = false) {
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: whole });
      return Buffer.from(String(data), 'base64');
    },
    async heapBytes() {
      await send('HeapProfiler.collectGarbage');
      return Number((await send('Runtime.getHeapUsage'))['usedSize']);
    },
    async print() {
      const { data } = await send('Page.printToPDF', {
        printBackground: true,
        paperWidth: 8.27,
        paperHeight: 11.69,
      });
      return Buffer.from(String(data), 'base64');
    },
  };
  await tab.until('document.readyState === "complete" && location.href !== "about:blank"');
  return tab;
}

const KEY_CODES: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, Escape: 27 };
