import { ACCOUNT } from '@nestwatch/proto';
import type { Member } from './accounts/member.ts';
import type { Key } from './key.ts';
import { exported, isAnsweredOften, LIMITS } from './permissions.ts';

/**
 * What to run where the server takes users by JWT (operator mode): the same accounts, exports, imports and permissions,
 * as commands of nsc. For the collector, also those that make its account.
 */
export function nscCommands(member: Member, publicKey: string): string[] {
  const { name, access } = member;
  if (access === undefined) return [...collectorAccount(), ...addUser(ACCOUNT, name, publicKey, member)];
  const account = accountName(name);
  const imports = (kind: string, subjects: readonly string[]) =>
    subjects.map(
      (subject) =>
        `nsc add import --account ${account} --src-account "$${ACCOUNT}" ${kind}--name '${subject}' --remote-subject '${subject}' --local-subject '${subject}'`,
    );
  return [
    `${ACCOUNT}=$(nsc describe account ${ACCOUNT} --field sub | tr -d '"')`,
    `nsc add account ${account}`,
    `nsc edit account ${account} --conns ${LIMITS.connections} --leaf-conns ${LIMITS.leafNodes} --subscriptions ${LIMITS.subscriptionsOfEach}`,
    ...imports('--service ', access.services),
    ...imports('', access.streams),
    ...addUser(account, account, publicKey, member),
    `nsc push --account ${account}`,
  ];
}

/** What to do after these commands: a server in operator mode takes no key without the JWT that goes with it. */
export function credsAdvice({ name, access, file }: Member, { writtenTo }: Pick<Key, 'writtenTo'>): string {
  const account = access === undefined ? ACCOUNT : accountName(name);
  const user = `--account ${account} --name ${accountName(name)}`;
  if (writtenTo === undefined) {
    return `the server requires a JWT as well: "nsc describe user ${user} --raw" prints it for the file of nats.creds, beside the seed\n`;
  }
  return [
    `key written to ${writtenTo}; the server requires a JWT as well. Join both with nsc in the folder of the key:`,
    '  nsc import keys --dir .',
    `  nsc generate creds ${user} --output-file ${file}.creds`,
    'copy that file to the machine, and set nats.creds to its path there\n',
  ].join('\n');
}

function collectorAccount(): string[] {
  const exports = (kind: string, subjects: readonly string[]) =>
    subjects.map(
      (subject) => `nsc add export --account ${ACCOUNT} ${kind}--name '${subject}' --subject '${subject}'`,
    );
  return [
    `nsc add account ${ACCOUNT}`,
    `nsc edit account ${ACCOUNT} --js-disk-storage -1 --js-mem-storage -1 --js-streams -1 --js-consumer -1`,
    ...exports(
      '--service ',
      exported.services.filter((each) => !isAnsweredOften(each)),
    ),
    ...exports('--service --response-type Stream ', exported.services.filter(isAnsweredOften)),
    ...exports('', exported.streams),
    `nsc push --account ${ACCOUNT}`,
  ];
}

function addUser(account: string, name: string, publicKey: string, { permissions }: Member): string[] {
  const list = (subjects: readonly string[]) => `'${subjects.join(',')}'`;
  return [
    `nsc add user --account ${account} --name ${name} --public-key ${publicKey} --allow-pub ${list(permissions.publish)} --allow-sub ${list(permissions.subscribe)}`,
  ];
}

/** Dots cannot be in an id, so no two members have the same. */
export function accountName(name: string): string {
  return name.replace(/[ /]/g, '.');
}
