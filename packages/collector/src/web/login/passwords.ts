import { createHmac, randomBytes } from 'node:crypto';
import { pause } from '@nestwatch/common/backoff';
import type { Clock } from '@nestwatch/common/clock';
import { createTurns } from '../../delivery/in-turn.ts';
import type { Users } from './htpasswd.ts';

/** A password that was right is right for so long without being hashed again. */
const REMEMBERED_US = 300_000_000;
const MOST_REMEMBERED = 1000;
/** This many may wait for their turn, and of one address. */
const MOST_WAITING = 16;
const MOST_OF_ONE = 4;
/** After a check nobody's turn comes for this many times what it took: the thread has other work. */
const REST = 2;

export type Checked = 'right' | 'wrong' | 'too many';

export interface Login {
  readonly user: string;
  readonly password: string;
  /** Address of the one who logs in. */
  readonly from: string;
}

/**
 * Checks passwords, one after the other, and remembers the right ones for a while, by a keyed hash. Who asks for the same at
 * once, as a browser does for the parts of a page, is given one check.
 */
export function createPasswords(clock: Pick<Clock, 'monoUs'>) {
  const key = randomBytes(32);
  const right = new Map<string, number>();
  const going = new Map<string, Promise<boolean>>();
  const waiting: string[] = [];
  const inTurn = createTurns();

  /** For an unknown user, it takes equally long. */
  async function compare(users: Users, { user, password }: Login): Promise<boolean> {
    const { compare: bcrypt } = await import('bcryptjs');
    const startedUs = clock.monoUs();
    const [anybodys = ''] = users.values();
    const isSame = await bcrypt(password, users.get(user) ?? anybodys);
    const tookMs = (clock.monoUs() - startedUs) / 1000;
    void inTurn('check', () => pause(REST * tookMs, NEVER));
    return isSame && users.has(user);
  }

  async function check(token: string, users: Users, login: Login): Promise<boolean> {
    waiting.push(login.from);
    try {
      const isRight = await inTurn('check', () => compare(users, login));
      if (isRight && right.size >= MOST_REMEMBERED) right.clear();
      if (isRight) right.set(token, clock.monoUs());
      return isRight;
    } finally {
      waiting.splice(waiting.indexOf(login.from), 1);
      going.delete(token);
    }
  }

  return async (users: Users, login: Login): Promise<Checked> => {
    const { user, password, from } = login;
    // The stored hash is part of it: whose password is changed, or who is taken out, is not remembered.
    const text = JSON.stringify([user, password, users.get(user) ?? '']);
    const token = createHmac('sha256', key).update(text).digest('base64');
    if ((right.get(token) ?? Number.NEGATIVE_INFINITY) > clock.monoUs() - REMEMBERED_US) return 'right';
    let checked = going.get(token);
    if (checked === undefined) {
      const ofOne = waiting.filter((address) => address === from).length;
      if (waiting.length >= MOST_WAITING || ofOne >= MOST_OF_ONE) return 'too many';
      checked = check(token, users, login);
      going.set(token, checked);
    }
    return (await checked) ? 'right' : 'wrong';
  };
}

const NEVER = new AbortController().signal;
