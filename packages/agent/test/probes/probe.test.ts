import { camelCase, catalogue } from '@nestwatch/proto/catalogue';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFileHost } from '../../src/host/file-host.ts';
import { type Host, known } from '../../src/host/host.ts';
import { probes } from '../../src/probes/index.ts';
import { moment } from '../support/text-host.ts';

const STATES = ['known', 'absent', 'denied', 'unknown', 'warming-up'];

/** Every file holds the text, every folder the names. */
function strangeHost(text: string, names: string[]): Host {
  return {
    ...createFileHost('/nonexistent'),
    read: async () => known(text),
    list: async () => known(names),
    link: async () => known(text),
  };
}

/** Lines that look a little like those of /proc. */
const likeProc = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'cpu',
        'cpu0',
        'ctxt',
        'softirq',
        'MemTotal:',
        'some',
        'eth0:',
        '254 0 vda',
        'version',
        '',
      ),
      fc.array(
        fc.oneof(fc.nat().map(String), fc.constantFrom('-1', 'NaN', '1e999', '18446744073709551616', 'kB')),
      ),
    ),
  )
  .map((lines) => lines.map(([word, rest]) => [word, ...rest].join(' ')).join('\n'));

describe.each(probes.map((make) => [make().name, make] as const))('%s', (_, make) => {
  test('a machine that shows nothing has a reason, not an error', async () => {
    const probe = make();
    const reading = await probe.read(moment(createFileHost('/nonexistent'), 0));
    expect(STATES).toContain(reading.state);
    if (reading.state !== 'known') expect(reading.reason).not.toBe('');
  });

  test('whatever stands in the files, it answers, and every number it gives is finite and not negative', async () => {
    const text = fc.oneof(likeProc, fc.string());
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 2, maxLength: 3 }),
        fc.array(fc.string()),
        async (texts, names) => {
          const probe = make();
          for (const [at, each] of texts.entries()) {
            const reading = await probe.read(moment(strangeHost(each, names), at * 1e6));
            expect(STATES).toContain(reading.state);
            if (reading.state === 'known') expectSound(reading.value);
          }
        },
      ),
      { numRuns: runsOf(make().name) },
    );
  });

  test('its field is in the metric catalogue', () => {
    const { field } = make();
    const froms = catalogue.map(({ from }) => from ?? '');
    expect(froms.some((from) => from === `sample.${field}` || from.startsWith(`sample.${field}.`))).toBe(
      true,
    );
    expect(camelCase(field)).toBe(field);
  });
});

/** Timers take real time. */
function runsOf(name: string): number {
  return name === 'timer-latency' ? 2 : 50;
}

function expectSound(value: object): void {
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === 'number') {
      expect([name, Number.isFinite(each)]).toEqual([name, true]);
      // Steps and drifts go both ways.
      if (!/^(wallStepUs|driftPpm)$/.test(name)) expect([name, each >= 0]).toEqual([name, true]);
    } else if (typeof each === 'object' && each !== null) {
      expectSound(each);
    }
  }
}
