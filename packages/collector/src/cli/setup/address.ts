import { UsageError } from '@nestwatch/common/errors';
import type { Network } from './machine.ts';

export const EVERY_ADDRESS = '0.0.0.0';

/**
 * The address of this machine that guests reach: as given, as chosen at an earlier time, else that of the only bridge,
 * or what somebody answers.
 * @param ask absent where nobody can be asked
 * @throws UsageError that lists the addresses there are
 */
export async function chooseAddress(
  networks: readonly Network[],
  { given, before }: { readonly given?: string | undefined; readonly before?: string | undefined },
  ask?: (question: string) => Promise<string>,
): Promise<string> {
  const named = given ?? before;
  if (named !== undefined) return checked(named, networks);
  const bridges = networks.filter(({ isBridge }) => isBridge);
  const [only, ...others] = bridges;
  if (ask !== undefined) {
    const proposed = only?.address ?? EVERY_ADDRESS;
    const question = `Which address of this machine do guests reach?\n${listed(networks)}\n[${proposed}] `;
    const answer = (await ask(question)).trim();
    return checked(answer === '' ? proposed : answer, networks);
  }
  if (only !== undefined && others.length === 0) return only.address;
  throw new UsageError(
    `give --address, an address of this machine that guests reach, or ${EVERY_ADDRESS} for every one:\n${listed(networks)}`,
  );
}

function checked(address: string, networks: readonly Network[]): string {
  if (address === EVERY_ADDRESS || networks.some((each) => each.address === address)) return address;
  throw new UsageError(`${address} is not an IPv4 address of this machine:\n${listed(networks)}`);
}

function listed(networks: readonly Network[]): string {
  return networks
    .map(({ name, address, isBridge }) => `  ${address}  ${name}${isBridge ? ', a bridge' : ''}`)
    .join('\n');
}

/** Names and addresses under which the certificate of NATS is to be good. */
export function certificateNames(address: string, hostname: string, networks: readonly Network[]): string[] {
  const addresses = address === EVERY_ADDRESS ? networks.map((each) => each.address) : [address];
  const name = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(hostname) ? [hostname] : [];
  return [...new Set([...name, 'localhost', '127.0.0.1', ...addresses])];
}
