import type { Answer } from '@nestwatch/common/exchange';

/** By what the answers of one server are known to be its own. */
export interface Identity {
  /** What it says in its answer to /ping, "1.6.7"; empty where it says none. */
  readonly version: string;
  /** Whether an answer carries what all answers of this server carry. */
  isFrom(answer: Answer): boolean;
}

/**
 * Learns it from the answer to /ping. InfluxDB 1.x, and 2.x from 2.1 on, put their version into every answer; InfluxDB 3
 * names its cluster in every answer, where it does at all. Of others that take the same writes nothing is known that a
 * proxy would not say too; they are known by the status and the form of their answers alone.
 * @returns undefined for what no InfluxDB answers to /ping
 */
export function identityOf(ping: Answer): Identity | undefined {
  const version = headerOf(ping, 'x-influxdb-version');
  const isPing = ping.status === 204 || (ping.status === 200 && version !== '');
  if (!isPing) return undefined;
  const [major = 0, minor = 0] = numbersOf(version);
  if (major === 1 || (major === 2 && minor >= 1)) {
    return {
      version,
      isFrom: (answer) => numbersOf(headerOf(answer, 'x-influxdb-version'))[0] === major,
    };
  }
  const cluster = headerOf(ping, 'cluster-uuid');
  return { version, isFrom: (answer) => headerOf(answer, 'cluster-uuid') === cluster };
}

/** Major and minor version: "v2.7.1" → [2, 7]. Empty for what is no version. */
export function numbersOf(version: string): number[] {
  return (/^v?(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
}

export function headerOf({ headers }: Pick<Answer, 'headers'>, name: string): string {
  const given = headers[name];
  return (Array.isArray(given) ? given[0] : given) ?? '';
}
