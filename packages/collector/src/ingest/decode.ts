import { messageOf, PermanentError } from '@nestwatch/common/errors';
import { type HeaderShape, type Kind, parseReportSubject, type ReportSubject, v1 } from '@nestwatch/proto';
import type { Decoded } from '../influx/points/encode.ts';
import { BODY_LIMITS, checkBody } from './check-body.ts';
import { type CheckedHeader, checkHeader } from './check-header.ts';

/** What an agent sent, understood: it may be written. */
export interface AgentMessage extends ReportSubject {
  header: CheckedHeader;
  body: Decoded;
  bytes: number;
  /** Numbers in it that InfluxDB cannot store and that were left out. */
  unstorable: number;
}

const types: Record<Kind, { decode(bytes: Uint8Array): { header?: HeaderShape | null } }> = {
  capability: v1.Capability,
  sample: v1.Sample,
  benchmark: v1.BenchmarkResult,
  event: v1.Event,
};

/**
 * Decodes one message of the stream. The subject, which NATS enforced, is trusted; the header must agree with it.
 * @throws PermanentError saying what is wrong with it.
 */
export function decodeMessage(subject: string, bytes: Uint8Array): AgentMessage {
  const parsed = parseReportSubject(subject);
  if (parsed === undefined) throw new PermanentError(`subject ${subject} does not belong to nestwatch`);
  if (bytes.length > BODY_LIMITS.messageBytes) {
    throw new PermanentError(
      `message of ${bytes.length} bytes; at most ${BODY_LIMITS.messageBytes} are allowed`,
    );
  }
  let body: { header?: HeaderShape | null };
  try {
    body = types[parsed.kind].decode(bytes);
  } catch (error) {
    throw new PermanentError(`not a valid ${parsed.kind} message: ${messageOf(error)}`, { cause: error });
  }
  const header = checkHeader(body.header, parsed);
  const unstorable = checkBody(body);
  return { ...parsed, header, body: body as unknown as Decoded, bytes: bytes.length, unstorable };
}
