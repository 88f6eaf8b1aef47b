import { type CapabilityShape, v1 } from '@nestwatch/proto';
import type { Report } from '../ingest/decode.ts';
import { viewOf } from './node-facts.ts';
import { machineBootOf, type Sighting } from './node-record.ts';

export interface SightingsOptions {
  /** The last one stored of a node, by this or another collector. */
  stored(lab: string, node: string): Sighting | undefined;
  /** Stores one; called when there is something worth storing. */
  store(sighting: Sighting): void;
}

/** A node that sends samples is noted as seen this often, not at each. */
const SEEN_EVERY_US = 5 * 60e6;

/** Turns reports into sightings. Reports may come twice, late and out of order. */
export function createSightings({ stored, store }: SightingsOptions): { observe(report: Report): void } {
  /** First report of each node's present start, where a message before its capability told it. */
  const firstReports = new Map<string, FirstReport>();
  return {
    observe(report) {
      const { lab, node, kind, header } = report;
      const atUs = header.labUs ?? header.wallUs;
      const before = stored(lab, node);
      if (kind === 'capability') {
        const view = viewOf(header, report.body as CapabilityShape);
        // Sent again from an outbox, after a later one.
        if (before !== undefined && before.reportedUs > view.reportedUs) return;
        const first = firstReport(`${lab}/${node}`, before, header, atUs, firstReports);
        store({
          ...view,
          ...first,
          lab,
          firstSeenUs: before?.firstSeenUs ?? atUs,
          lastSeenUs: Math.max(atUs, before?.lastSeenUs ?? 0),
        });
      } else {
        if (kind === 'event' && report.body['kind'] === v1.Event.Kind.AGENT_STARTED) {
          firstReports.set(`${lab}/${node}`, firstReportOf(header, atUs));
        }
        if (before !== undefined && atUs - before.lastSeenUs >= SEEN_EVERY_US) {
          store({ ...before, lastSeenUs: atUs });
        }
      }
    },
  };
}

type FirstReport = Pick<Sighting, 'machineBoot' | 'firstReportUs' | 'firstReportWallUs'>;
type Header = Report['header'];

function firstReportOf(header: Header, atUs: number): FirstReport {
  return {
    machineBoot: machineBootOf(header.boot),
    firstReportUs: atUs,
    firstReportWallUs: header.wallUs,
  };
}

/** An agent that is started again within one start of its machine does not make its first report later. */
function firstReport(
  key: string,
  before: Sighting | undefined,
  header: Header,
  atUs: number,
  noted: Map<string, FirstReport>,
): FirstReport {
  const { machineBoot } = firstReportOf(header, atUs);
  const earlier = [before, noted.get(key)].find((each) => each?.machineBoot === machineBoot);
  noted.delete(key);
  if (earlier === undefined) return firstReportOf(header, atUs);
  return {
    machineBoot,
    firstReportUs: earlier.firstReportUs,
    firstReportWallUs: earlier.firstReportWallUs,
  };
}
