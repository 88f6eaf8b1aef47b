import { machine } from 'node:os';
import { type Clock, systemClock } from '@nestwatch/common/clock';
import type { GuestShape } from '@nestwatch/proto';
import type { Found, Host } from '../host/host.ts';
import { type Place, valueIn } from './fact.ts';
import { type Facts, readFacts } from './facts/index.ts';
import { hypervisorOf } from './hypervisor.ts';
import { judgeAll, type Verdict } from './verdicts.ts';

export interface LookContext {
  readonly host: Host;
  readonly clock?: Clock;
  /** `uname -m`; that of this machine by default. */
  readonly architecture?: string;
  /** Guests as topology/ found them. */
  readonly guests?: Found<readonly GuestShape[]>;
  readonly place?: Place;
}

/** One look at a machine: everything found out, and what follows from it. */
export interface Look {
  readonly facts: Facts;
  readonly hypervisor: Found<string>;
  readonly guests: Found<readonly GuestShape[]>;
  readonly verdicts: readonly Verdict[];
}

const NOT_LOOKED: Found<never> = { state: 'unknown', reason: 'guests were not looked for' };

/** Looks at everything that decides what this machine can host. Starts no process and never throws. */
export async function look(context: LookContext): Promise<Look> {
  const guests = context.guests ?? NOT_LOOKED;
  const place = context.place ?? {};
  const facts = await readFacts({
    host: context.host,
    clock: context.clock ?? systemClock,
    architecture: context.architecture ?? machine(),
    guests,
    place,
  });
  const hypervisor = hypervisorOf(facts);
  return {
    ...{ facts, hypervisor, guests },
    verdicts: judgeAll({ facts, hypervisor, guests: valueIn(guests) ?? [], place }),
  };
}
