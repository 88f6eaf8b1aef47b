import { constants, setPriority } from 'node:os';
import { describeMachine } from '../host/inventory/describe.ts';

/** `nestwatch-agent inventory`: prints the inventory as one line of JSON. */
export async function inventoryCommand(stdout: NodeJS.WriteStream): Promise<number> {
  // Whatever this machine is for has precedence.
  setPriority(constants.priority.PRIORITY_LOW);
  stdout.write(`${JSON.stringify(await describeMachine())}\n`);
  return 0;
}
