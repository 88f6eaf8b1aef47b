import { messageOf, UsageError } from '@nestwatch/common/errors';
import { SEVERITIES } from '../../read/severity.ts';
import { flagKind, type Kind, severityKind, textKind } from '../entry.ts';
import { kinds } from './kinds/index.ts';
import type { Target } from './target.ts';
import { readTargetEntry } from './target-entry.ts';

type Given = Readonly<Record<string, unknown>>;

/** The keys that targets of every kind have, and what they mean. */
export const COMMON_KEYS = {
  name: 'unique name, for `nestwatch notify` and the log',
  kind: `one of ${kinds.map((kind) => kind.name).join(', ')}`,
  severity: 'lowest severity of alerts that it gets (default warning)',
  labs: 'labs whose alerts it gets; `*` matches any letters (default all)',
  ends: 'whether it also gets resolved alerts (default true)',
} as const;

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/**
 * Checks the `notify` of a configuration file.
 * @throws UsageError that names the target, the key and what is allowed, and never a secret
 */
export function parseTargets(given: unknown, env: NodeJS.ProcessEnv = process.env): Target[] {
  if (!Array.isArray(given)) throw new UsageError('give a list of targets, each with name and kind');
  const targets = given.map((each, at) => parseTarget(each, at, env));
  const twice = targets.find(({ name }, at) => targets.findIndex((other) => other.name === name) < at);
  if (twice !== undefined) throw new UsageError(`two targets have the name ${twice.name}`);
  return targets;
}

/** Reads all files that targets name. @throws UsageError for one that cannot be used */
export function checkTargets(targets: readonly Target[]): void {
  for (const target of targets) naming(target.name, target.check);
}

/** Whether a secret stands in the configuration file itself, which others must not read then. */
export function holdSecrets(given: unknown): boolean {
  return (
    Array.isArray(given) && given.some((each) => isMap(each) && secretsOf(each).some((key) => key in each))
  );
}

function secretsOf({ kind }: Given): string[] {
  const keys = kinds.find(({ name }) => name === kind)?.keys ?? {};
  return Object.keys(keys).filter((key) => keys[key]?.secret);
}

function parseTarget(given: unknown, at: number, env: NodeJS.ProcessEnv): Target {
  if (!isMap(given)) throw new UsageError(`target ${at + 1}: give a map with name and kind`);
  const called = nameKind(given['name']) ?? `target ${at + 1}`;
  return naming(called, () => {
    const kind = kinds.find(({ name }) => name === given['kind']);
    if (kind === undefined) throw new UsageError(`kind: give ${COMMON_KEYS.kind}`);
    const entry = readTargetEntry(given, Object.keys(COMMON_KEYS), kind.keys, env);
    const labs = entry.optional('labs', labsKind, 'a list of labs such as [training, "prod-*"]');
    return {
      name: entry.required('name', nameKind, 'letters, digits, "-" and "_", at most 64'),
      kind: kind.name,
      leastSeverity: entry.optional('severity', severityKind, `one of ${SEVERITIES.join(', ')}`) ?? 'warning',
      ...(labs === undefined ? {} : { labs }),
      ends: entry.optional('ends', flagKind, 'true or false') ?? true,
      deliver: kind.open(entry),
      check: entry.check,
      toJSON: () => shown(given, secretsOf(given)),
    };
  });
}

function shown(given: Given, secrets: readonly string[]): unknown {
  const hidden = Object.fromEntries(secrets.filter((key) => key in given).map((key) => [key, '********']));
  return { ...given, ...hidden };
}

/** Says in errors whose they are. */
function naming<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${name}: ${messageOf(error)}`, { cause: error });
  }
}

function isMap(given: unknown): given is Given {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

const nameKind: Kind<string> = (given) => (typeof given === 'string' && NAME.test(given) ? given : undefined);

const labsKind: Kind<readonly string[]> = (given) =>
  Array.isArray(given) && given.length > 0 && given.every((lab) => textKind(lab) !== undefined)
    ? given
    : undefined;
