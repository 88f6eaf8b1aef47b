import { testClock } from '@nestwatch/testkit/clock';
import { createFileHost } from '../../src/host/file-host.ts';
import { absent, type Host, known } from '../../src/host/host.ts';
import type { ProbeContext, ProbeEvent } from '../../src/probes/probe.ts';

/** A host of nothing but these texts by path. Folders list what stands below them. */
export function textHost(files: Readonly<Record<string, string>>): Host {
  return {
    ...createFileHost('/nonexistent'),
    read: async (path) => {
      const text = files[path];
      return text === undefined ? absent(`${path}: ENOENT`) : known(text);
    },
    list: async (path) => {
      const below = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      const names = below.map((file) => file.slice(path.length + 1).split('/')[0] ?? '');
      return below.length === 0 ? absent(`${path}: ENOENT`) : known([...new Set(names)].sort());
    },
  };
}

/** What a probe is given at a moment. */
export function moment(host: Host, monoUs: number, more: Partial<ProbeContext> = {}): ProbeContext {
  return {
    host,
    clock: testClock({ monoUs, wallUs: 1_700_000_000_000_000 + monoUs }),
    signal: new AbortController().signal,
    emit: () => undefined,
    ...more,
  };
}

/** A list that takes events. */
export function eventList(): { events: ProbeEvent[]; emit: (event: ProbeEvent) => void } {
  const events: ProbeEvent[] = [];
  return { events, emit: (event) => void events.push(event) };
}
