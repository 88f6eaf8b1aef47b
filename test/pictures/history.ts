import { seeded } from '@nestwatch/testkit/random';
import { RECORDED_LAB, recordedLines } from '../support/cascade-recording.ts';

const HOUR_US = 3600e6;
const ROUNDS = 28;
/** Moments of the newest rounds, µs before the end: while the recording has a busy loop in guest2. */
const NEWEST_US = [-110e6, -70e6, -25e6];
/** From guest0 to guest3: seconds for a unit, as the cascade takes when nobody disturbs it; of it what guest3 takes in the newest rounds. */
const USUAL = [
  {
    benchmark: 'cpu.sha256',
    unit: 'byte',
    hash: 'e6f116ebcd5f',
    seconds: [1.45e-9, 1.9e-9, 2.1e-9, 2.9e-9],
    slower: 2,
  },
  {
    benchmark: 'exit.cpuid',
    unit: 'exit',
    hash: '347d2ec65717',
    seconds: [1.3e-6, 8e-6, 3.2e-5, 2.4e-4],
    slower: 1,
  },
] as const;
const NOISE = 0.04;

/**
 * A made-up week of rounds before the recording, and three slow ones within it, as line protocol: recorded figures say why
 * guest3 is slow, and these that it is.
 * @param endUs when the recording ends, µs since 1970
 */
export function madeUpRounds(endUs: number): string[] {
  const random = seeded(3);
  const times = [
    ...Array.from({ length: ROUNDS }, (_, at) => ({
      atUs: endUs - (ROUNDS - at) * 6 * HOUR_US,
      isNew: false,
    })),
    ...NEWEST_US.map((us) => ({ atUs: endUs + us, isNew: true })),
  ];
  const owners = ownersOf(recordedLines(endUs));
  return times.flatMap(({ atUs, isNew }) =>
    USUAL.flatMap(({ benchmark, unit, hash, seconds, slower }) => {
      const round = `${benchmark}@${new Date(atUs / 1000).toISOString()}`;
      return owners.map((owner, layer) => {
        const noise = Math.exp((random() + random() - 1) * 2 * NOISE);
        const factor = isNew && layer === owners.length - 1 ? slower : 1;
        const value = (seconds[layer] ?? 0) * noise * factor;
        const tags = `nestwatch_benchmark,benchmark=${benchmark},${owner}`;
        const fields = `arguments_hash="${hash}",outcome=1,round="${round}",seconds_per_unit=${value},unit="${unit}"`;
        return `${tags} ${fields} ${atUs + layer * 1e6}`;
      });
    }),
  );
}

/** The tags of the nodes, from guest0 to guest3, as the recording has them once their layers are known. */
function ownersOf(lines: readonly string[]): string[] {
  return [0, 1, 2, 3].map((layer) => {
    const marks = new RegExp(`(lab=${RECORDED_LAB},layer=${layer},name=[^, ]+,node=[^, ]+,parent=[^, ]+)`);
    const [owner = ''] = lines.flatMap((line) => marks.exec(line)?.[1] ?? []);
    return owner;
  });
}
