import type { Given, Route } from './given.ts';
import { judgeLines } from './judge-lines.ts';
import { RECORDED } from './recorded.ts';

/** InfluxDB 1.6.7. */
export const answer1: Route = ({ method, url, body }, given) => {
  if (url.pathname === '/ping') return { status: 204 };
  if (url.pathname === '/query') return { status: 200, body: query(url.searchParams.get('q') ?? '', given) };
  if (url.pathname !== '/write' || method !== 'POST') return { status: 404, body: '404 page not found\n' };
  const name = url.searchParams.get('db') ?? '';
  if (!given.databases.has(name)) return { status: 404, body: RECORDED.noDatabase1(name) };
  const { unparsed, expired, conflicts } = judgeLines(body, given);
  const [conflict] = conflicts;
  if (unparsed !== undefined) return { status: 400, body: { error: RECORDED.parse(unparsed) } };
  if (conflict !== undefined) {
    const { field, measurement, type, stored } = conflict;
    const error = RECORDED.conflict(field, measurement, type, stored, conflicts.length);
    return { status: 400, body: { error } };
  }
  return expired.length > 0 ? { status: 400, body: RECORDED.expired1(expired.length) } : { status: 204 };
};

/** Knows databases; of what is stored it tells nothing. */
export function query(q: string, { databases }: Given) {
  const made = /^CREATE DATABASE "(.+)"/.exec(q)?.[1];
  if (made !== undefined) databases.add(made);
  const series = [{ name: 'databases', columns: ['name'], values: [...databases].map((name) => [name]) }];
  return { results: [q === 'SHOW DATABASES' ? { statement_id: 0, series } : { statement_id: 0 }] };
}
