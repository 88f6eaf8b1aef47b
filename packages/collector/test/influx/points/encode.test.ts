import { type Kind, report, v1 } from '@nestwatch/proto';
import { describe, expect, test } from 'vitest';
import { commonTagsOf } from '../../../src/influx/points/common-tags.ts';
import { type Decoded, encodeComputed, encodeMessage } from '../../../src/influx/points/encode.ts';
import { LineBuffer } from '../../../src/influx/points/line-buffer.ts';

const decode = (body: object) => v1.Sample.decode(v1.Sample.encode(body).finish()) as unknown as Decoded;

function linesOf(kind: Kind, body: Decoded, commonTags = ''): string[] {
  const lines = new LineBuffer();
  encodeMessage(kind, body, Buffer.from(commonTags), Buffer.from('9'), lines);
  return lines.toString().split('\n').slice(0, -1);
}

describe('a sample', () => {
  test('gives one line for each measurement, with the fields that are there', () => {
    const body = decode({ cpuTime: { cpus: 2, stealRatio: 0 }, load: { load1: 0.5 } });
    const lines = linesOf('sample', body, ',lab=a');
    expect(lines).toEqual([
      'nestwatch_cpu_time,lab=a cpus=2,steal_ratio=0 9',
      'nestwatch_load,lab=a load1=0.5 9',
    ]);
  });

  test('gives one line for each element of a repeated field, with its own tag', () => {
    const probes = [
      { probe: 'a', status: v1.ProbeOutcome.Status.OK, durationUs: 5 },
      { probe: 'b c', status: v1.ProbeOutcome.Status.ABSENT, reason: 'no /proc', durationUs: 6 },
    ];
    expect(linesOf('sample', decode({ probes }))).toEqual([
      'nestwatch_probe,probe=a status=1,duration_us=5 9',
      'nestwatch_probe,probe=b\\ c status=2,reason="no /proc",duration_us=6 9',
    ]);
  });

  test('gives its figures with five digits, and counters that went back only where some did', () => {
    const body = decode({
      cpuTime: { cpus: 2, userRatio: 1 / 3, resets: 2 },
      memory: { totalBytes: 8_321_499_137, resets: 0 },
    });
    expect(linesOf('sample', body)).toEqual([
      'nestwatch_cpu_time cpus=2,user_ratio=0.333333969116210937,resets=2 9',
      'nestwatch_memory total_bytes=8321499136 9',
    ]);
  });

  test('gives nothing for a probe that found nothing', () => {
    expect(linesOf('sample', decode({}))).toEqual([]);
  });
});

test('flags are 1 and 0, and an unset optional flag is left out', () => {
  const encoded = v1.Capability.encode({ canHost: true, nestedEnabled: false }).finish();
  const [text = ''] = linesOf('capability', v1.Capability.decode(encoded) as unknown as Decoded);
  expect(text).toContain('can_host=1');
  expect(text).toContain('nested_enabled=0');
  expect(text).not.toContain('cpu_flag');
});

test('common tags are sorted, and say what is not known yet', () => {
  expect(commonTagsOf({ lab: 'l', node: 'n', name: '', parent: '' })).toBe(
    ',lab=l,layer=unknown,name=n,node=n,parent=none',
  );
  expect(commonTagsOf({ lab: 'l', node: 'n', name: 'guest 1', layer: 1, parent: 'p' })).toBe(
    ',lab=l,layer=1,name=guest\\ 1,node=n,parent=p',
  );
});

test('a computed line may only have fields of the catalogue', () => {
  expect(encodeComputed(report, '', { kind: 'sample' }, { seq: 3, clock_rate: undefined }, 1)).toBe(
    'nestwatch_report,kind=sample seq=3 1',
  );
  expect(() => encodeComputed(report, '', {}, { sequence: 3 }, 1)).toThrow(/no field sequence/);
});
