import { spawn } from 'node:child_process';
import { messageOf } from '@nestwatch/common/errors';
import type { InventoryShape } from '@nestwatch/proto';
import { type Found, known, unknown } from '../host.ts';
import { parseInventory } from './parse.ts';

export interface TakeOptions {
  /** Command that prints the inventory, such as [node, nestwatch-agent.mjs, inventory]. */
  readonly command: readonly [string, ...string[]];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const MAX_OUTPUT = 256 * 1024;

/**
 * Takes the inventory in a process of its own, so that neither the memory of systeminformation nor its children
 * stay. Never throws: what went wrong is the reason.
 */
export function takeInventory({ command, timeoutMs, signal }: TakeOptions): Promise<Found<InventoryShape>> {
  if (signal.aborted) return Promise.resolve(unknown('inventory: stopped'));
  const [program, ...args] = command;
  return new Promise((resolve) => {
    // A group of its own, so that the programs that systeminformation started end with it.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    let output = '';
    const settle = (found: Found<InventoryShape>) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      if (child.exitCode === null && child.signalCode === null) endGroup(child.pid);
      resolve(found);
    };
    const onAbort = () => settle(unknown('inventory: stopped'));
    const timer = setTimeout(() => settle(unknown(`inventory: no answer in ${timeoutMs} ms`)), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > MAX_OUTPUT) settle(unknown(`inventory: more than ${MAX_OUTPUT} characters`));
    });
    child.on('error', (error) => settle(unknown(`inventory: ${messageOf(error)}`)));
    child.on('close', (code, endedBy) => {
      if (code !== 0) settle(unknown(`inventory: ended by ${endedBy ?? `exit code ${code}`}`));
      else settle(parsed(output));
    });
  });
}

function parsed(output: string): Found<InventoryShape> {
  const inventory = parseInventory(output);
  return inventory === undefined ? unknown('inventory: its output was not understood') : known(inventory);
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
