import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { SourceMap } from 'node:module';

type Frame = Profiler.ProfileNode['callFrame'];

/** A part of a program and its share of the time in which the program was busy. */
export interface Share {
  part: string;
  share: number;
}

/**
 * Where the time of a profiled bundle went, largest share first. A sample finds its part by the bundle's source map.
 */
export function profileShares(profileFile: string, bundleFile: string): Share[] {
  const profile = JSON.parse(readFileSync(profileFile, 'utf8')) as Profiler.Profile;
  const map = new SourceMap(JSON.parse(readFileSync(`${bundleFile}.map`, 'utf8')));
  const partOfNode = new Map(profile.nodes.map((node) => [node.id, partOf(node.callFrame, map)]));
  const times = new Map<string, number>();
  let busyUs = 0;
  (profile.samples ?? []).forEach((id, at) => {
    const part = partOfNode.get(id) ?? 'unknown';
    if (part === 'idle') return;
    const us = profile.timeDeltas?.[at] ?? 0;
    busyUs += us;
    times.set(part, (times.get(part) ?? 0) + us);
  });
  return [...times].map(([part, us]) => ({ part, share: us / busyUs })).sort((a, b) => b.share - a.share);
}

function partOf({ functionName, url, lineNumber, columnNumber }: Frame, map: SourceMap): string {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (!url.startsWith('file:')) return "Node's own code and system calls";
  const entry = map.findEntry(lineNumber, columnNumber);
  return 'originalSource' in entry ? folderOf(entry.originalSource) : 'unknown';
}

function folderOf(file: string): string {
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file);
  if (library !== null) return library[1] ?? file;
  if (file.includes('proto/gen/')) return 'protobufjs';
  const own = /packages\/[^/]+\/src\/([^/]+)/.exec(file);
  return own === null ? (file === '' ? 'unknown' : file) : `${own[1]}/`;
}
