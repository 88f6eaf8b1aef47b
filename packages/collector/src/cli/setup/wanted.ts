import type { InfluxConfig } from '../../influx/settings.ts';
import type { Machine } from './machine.ts';
import type { SetupRecord } from './record.ts';

/** What is to be set up. */
export interface Wanted {
  readonly machine: Machine;
  readonly record: SetupRecord;
  /** Of the hypervisor's own agent. */
  readonly lab: string;
  /** Id of this machine in its lab; undefined: as the agent finds it out. */
  readonly node: string | undefined;
  /** Of this machine, which guests reach. */
  readonly address: string;
  readonly hostname: string;
  readonly natsPort: number;
  /** Settings of InfluxDB that are not the defaults, by their names. */
  readonly influx: Readonly<Record<string, string>>;
  /** InfluxDB is to be installed here. */
  readonly installsInflux: boolean;
  /** Name of the operator whose key `nestwatch` uses here. */
  readonly operator: string;
  /** Folder with the packages for guests; undefined: they are in their place. */
  readonly packages: string | undefined;
  readonly starts: boolean;
  readonly nowMs: number;
}

/** Settings of InfluxDB that somebody gave. */
export function givenInflux(config: InfluxConfig, defaults: InfluxConfig): Record<string, string> {
  const given = Object.entries(config).filter(
    ([key, value]) =>
      key.startsWith('influx.') && value !== undefined && value !== defaults[key as keyof InfluxConfig],
  );
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
}
