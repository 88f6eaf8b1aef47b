import { catalogue, tagsOf } from '@nestwatch/proto/catalogue';
import { expect, test } from 'vitest';
import { detailQueries, pageQueries } from '../../../src/read/page/queries.ts';

const queries = [...Object.values(pageQueries('lab')), ...Object.values(detailQueries('lab', 'n0'))].flat();

test.each(queries)('%s names only what the catalogue has', (query) => {
  const name = /FROM "([^"]+)"/.exec(query)?.[1];
  const owner = catalogue.find((measurement) => measurement.name === name);
  if (owner === undefined) throw new Error(`the catalogue has no ${name}`);
  const known = [...tagsOf(owner), ...owner.fields.map((field) => field.name)];
  const named = [...query.replaceAll(/ AS "[^"]*"|FROM "[^"]*"/g, '').matchAll(/"([^"]+)"/g)].map(
    (match) => match[1],
  );
  expect(named.filter((each) => !known.includes(each ?? ''))).toEqual([]);
});

test('what comes from outside cannot end a literal', () => {
  const { facts } = detailQueries("x' OR 'a' = 'a", 'n\\');
  expect(facts).toContain(String.raw`"lab" = 'x\' OR \'a\' = \'a'`);
  expect(facts).toContain(String.raw`"node" = 'n\\'`);
});
