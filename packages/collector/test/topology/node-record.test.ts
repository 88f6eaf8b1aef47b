import { expect, test } from 'vitest';
import type { AgentMessage } from '../../src/ingest/decode.ts';
import { createNodeRecorder, type NodeRecord } from '../../src/topology/node-record.ts';
import { parseNodeRecord } from '../../src/topology/parse-record.ts';

function observed(
  kind: AgentMessage['kind'],
  atUs: number,
  body: object = {},
  runId = '11111111-a',
): AgentMessage {
  const header = { lab: 'lab', node: 'n', name: 'n', runId, seq: 1, wallUs: atUs, monoUs: 0, parent: '' };
  return { lab: 'lab', node: 'n', kind, header, body } as unknown as AgentMessage;
}

test('node records keep the first message of a start, take no older one, and note silence seldom', () => {
  let stored: NodeRecord | undefined;
  let writes = 0;
  const record = createNodeRecorder(
    () => stored,
    (next) => {
      stored = next;
      writes += 1;
    },
  );
  const observe = (message: AgentMessage) => record(message, message.header.wallUs);
  observe(observed('event', 1e6, { kind: 1 }));
  observe(observed('capability', 3e6, { hypervisor: 'kvm' }));
  expect(stored).toMatchObject({ firstReportUs: 1e6, firstSeenUs: 3e6, hypervisor: 'kvm' });
  observe(observed('capability', 2e6, { hypervisor: 'xen' }));
  expect(stored?.hypervisor).toBe('kvm');
  for (let at = 4; at < 100; at += 1) observe(observed('sample', at * 1e6));
  expect(writes).toBe(1);
  observe(observed('sample', 400e6));
  expect(stored).toMatchObject({ lastSeenUs: 400e6, reportedUs: 3e6 });
  // The agent starts again within the same start of the machine, and then the machine itself does.
  observe(observed('capability', 500e6, {}, '11111111-b'));
  expect(stored).toMatchObject({ firstReportUs: 1e6, firstSeenUs: 3e6 });
  observe(observed('capability', 600e6, {}, '22222222-c'));
  expect(stored).toMatchObject({ firstReportUs: 600e6, machineBoot: '22222222' });
  expect(parseNodeRecord(JSON.stringify(stored))).toEqual(stored);
  expect(parseNodeRecord('{}')).toBeUndefined();
  expect(parseNodeRecord('nonsense')).toBeUndefined();
});
