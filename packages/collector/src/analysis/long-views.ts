import { groupBy } from '@nestwatch/common/group-by';
import type { MachineBlock, ResultBlock } from '../read/long-history.ts';
import { type StreamId, streamKey } from '../read/result.ts';
import { type LongView, NO_VIEW } from './detect/drift.ts';
import { machineOf } from './environment/settle.ts';

/** Fewest results whose median is a point of the long view. */
const LEAST_RESULTS = 8;

/** A stream whose history before the results that are judged is asked for. */
export interface LongStream extends StreamId {
  readonly lab: string;
  readonly node: string;
  /** The node that it is compared with; absent for its own past. */
  readonly reference?: string;
  /** Under what settings it is measured now. */
  readonly argumentsHash: string;
  /** What machine the node is, as of `settle`. */
  readonly machine: string;
  /** From when on, µs since 1970: what an operator accepted ends what was before. */
  readonly fromUs: number;
}

/** Gives the long view that a stream begins with. */
export type LongViews = (stream: LongStream) => LongView;

export const NO_VIEWS: LongViews = () => NO_VIEW;

/** The long views of all streams, from medians of the thinned-out history. */
export function createLongViews(
  results: readonly ResultBlock[],
  machines: readonly MachineBlock[],
): LongViews {
  const blocks = groupBy(results, (each) => keyOf(each.lab, each.node, each));
  const machineAt = new Map(
    machines.map((each) => [`${each.lab}\0${each.node}\0${each.timeUs}`, machineOf(each)]),
  );
  const usable = (stream: LongStream, node: string) =>
    (blocks.get(keyOf(stream.lab, node, stream)) ?? []).filter(
      ({ timeUs, results: count, argumentsHash }) =>
        timeUs >= stream.fromUs && count >= LEAST_RESULTS && argumentsHash === stream.argumentsHash,
    );
  return (stream) => {
    const { lab, node, reference, machine } = stream;
    const own = usable(stream, node).filter(
      ({ timeUs }) => (machineAt.get(`${lab}\0${node}\0${timeUs}`) ?? machine) === machine,
    );
    const theirs = new Map(
      (reference === undefined ? [] : usable(stream, reference)).map((each) => [
        each.timeUs,
        each.secondsPerUnit,
      ]),
    );
    const middles = own.flatMap(({ timeUs, secondsPerUnit }) => {
      const other = reference === undefined ? 1 : theirs.get(timeUs);
      return other === undefined ? [] : [Math.log(secondsPerUnit / other)];
    });
    return { middles, rest: [] };
  };
}

function keyOf(lab: string, node: string, stream: StreamId): string {
  return [lab, node, streamKey(stream)].join('\0');
}
