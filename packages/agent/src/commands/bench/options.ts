import { UsageError } from '@nestwatch/common/errors';

type Given = Readonly<Record<string, string | boolean | undefined>>;

/** What `nestwatch-agent bench` does with its results, beside printing them. */
export interface Uses {
  readonly save?: string;
  readonly against?: string;
  /** The smallest ratio of times that is worth a word. */
  readonly worth: number;
  /** Whether being slower ends the command with its own exit code. */
  readonly fails: boolean;
  readonly junit?: string;
  readonly github: boolean;
}

/** Worth a word where nobody said what is too slow; smaller changes are common by chance. */
const WORTH = 1.2;

/** @throws UsageError that names the option */
export function usesFrom(options: Given): Uses {
  const path = (name: string) => {
    const value = options[name];
    return typeof value === 'string' ? { [name]: value } : {};
  };
  const given = options['fail-above'];
  const worth = given === undefined ? WORTH : Number(given);
  if (!(worth > 1 && worth <= 1000))
    throw new UsageError(`--fail-above ${given} is not allowed: give a ratio above 1, such as 1.3`);
  for (const name of ['fail-above', 'junit', 'github']) {
    if (options[name] !== undefined && options['against'] === undefined)
      throw new UsageError(`--${name} requires --against FILE, the results to compare with`);
  }
  return {
    ...path('save'),
    ...path('against'),
    ...path('junit'),
    worth,
    fails: given !== undefined,
    github: options['github'] === true,
  };
}
