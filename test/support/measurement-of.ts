import { catalogue, type Measurement } from '@nestwatch/proto/catalogue';

/** A measurement of the catalogue by its name. */
export function measurementOf(name: string): Measurement {
  const found = catalogue.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the catalogue has no ${name}`);
  return found;
}
