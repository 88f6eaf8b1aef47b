import { readFileSync } from 'node:fs';
import type { Observation } from '../../../src/analysis/detect/observation.ts';

/** A series of repeated benchmarks as it was published. */
export interface Series {
  readonly name: string;
  readonly seen: readonly Observation[];
}

/**
 * Reads a table with times in its first column. With columns `kernel`, `benchmark` and `median_s` it has one row for
 * each result; else one column of times for each benchmark.
 */
export function parseSeries(text: string): Series[] {
  const [head = '', ...lines] = text.trim().split(/\r?\n/);
  const columns = head.split(',');
  const rows = lines.map((line) => line.split(','));
  return columns.includes('kernel') ? byBenchmark(columns, rows) : byColumn(columns, rows);
}

export function readSeries(file: string): Series[] {
  return parseSeries(readFileSync(file, 'utf8'));
}

function byColumn(columns: readonly string[], rows: readonly string[][]): Series[] {
  return columns.slice(1).map((name, at) => ({
    name,
    seen: rows.flatMap((row) => observe(row[0], row[at + 1], '')),
  }));
}

function byBenchmark(columns: readonly string[], rows: readonly string[][]): Series[] {
  const cell = (row: readonly string[], name: string) => row[columns.indexOf(name)];
  const names = [...new Set(rows.map((row) => cell(row, 'benchmark') ?? ''))];
  return names.map((name) => ({
    name,
    seen: rows
      .filter((row) => cell(row, 'benchmark') === name)
      .flatMap((row) => observe(cell(row, 'time'), cell(row, 'median_s'), cell(row, 'kernel') ?? '')),
  }));
}

function observe(time: string | undefined, value: string | undefined, environment: string): Observation[] {
  const timeUs = Date.parse(time ?? '') * 1000;
  const seconds = Number(value);
  if (!(seconds > 0) || Number.isNaN(timeUs)) return [];
  return [{ timeUs, own: Math.log(seconds), reference: 0, machine: 'same', environment }];
}
