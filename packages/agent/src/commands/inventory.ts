import { constants, setPriority } from 'node:os';
import { describeMachine } from '../host/inventory/describe.ts';

/** `nestwatch-agent inventory`: prints the inventory as one line of JSON. */
export async function inventoryCommand(write: (text: string) => void): Promise<number> {
  // Whatever this machine is for has precedence.
  setPriority(constants.priority.PRIORITY_LOW);
  write(`${JSON.stringify(await describeMachine())}\n`);
  return 0;
}
