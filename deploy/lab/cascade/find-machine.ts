import { UsageError } from '@nestwatch/common/errors';
import type { Machine } from './layout.ts';

/** A machine of a lab by its name. @throws UsageError naming those that there are */
export function findMachine(name: string, machines: readonly Machine[]): Machine {
  const found = machines.find((machine) => machine.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`unknown machine "${name}": this lab has ${namesOf(machines)}`);
}

/** A machine that another one of the lab hosts: guest0 is none. */
export type HostedMachine = Machine & { readonly parent: string };

/** The machine that is to be slowed, healed or started again. @throws UsageError naming those that can be */
export function findHosted(name: string, machines: readonly Machine[]): HostedMachine {
  const found = machines.find((machine) => machine.name === name);
  if (found?.parent !== undefined) return { ...found, parent: found.parent };
  const hosted = machines.filter(({ parent }) => parent !== undefined);
  const allowed = hosted.length === 0 ? 'a lab of one layer has none' : `give one of ${namesOf(hosted)}`;
  throw new UsageError(
    `"${name}" cannot be slowed or healed: ${allowed} (a machine is slowed through the one that hosts it)`,
  );
}

/** Those that the same machine hosts. */
export function siblingsOf(machines: readonly Machine[], { name, parent }: Machine): Machine[] {
  return machines.filter((each) => each.parent !== undefined && each.parent === parent && each.name !== name);
}

const namesOf = (machines: readonly Machine[]) => machines.map(({ name }) => name).join(', ');
