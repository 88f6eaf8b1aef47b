import { catalogue, type Field, type Measurement, tagsOf } from '@nestwatch/proto/catalogue';

/** A field together with the measurement it belongs to. */
export interface Column {
  readonly measurement: Measurement;
  readonly field: Field;
}

/** The catalogue's measurement of that name; throws when there is none, so that no dashboard can name what is not written. */
export function measurement(name: string): Measurement {
  const found = catalogue.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`the metric catalogue has no measurement ${name}`);
  return found;
}

/** One column of a measurement; throws when the catalogue does not have it. */
export function column(measurementName: string, fieldName: string): Column {
  const owner = measurement(measurementName);
  const field = owner.fields.find(({ name }) => name === fieldName);
  if (field === undefined) throw new Error(`the metric catalogue has no field ${fieldName} in ${owner.name}`);
  return { measurement: owner, field };
}

/** Every column that the catalogue wants shown in the panel, such as "Overhead / Steal". */
export function columnsOfPanel(panel: string): Column[] {
  return catalogue.flatMap((owner) =>
    owner.fields.filter((field) => field.panel === panel).map((field) => ({ measurement: owner, field })),
  );
}

/** Titles of the panels that the catalogue wants on a dashboard, in the catalogue's order. */
export function panelsOfDashboard(dashboard: string): string[] {
  const prefix = `${dashboard} / `;
  const panels = catalogue.flatMap((owner) => owner.fields.map((field) => field.panel ?? ''));
  return [...new Set(panels.filter((panel) => panel.startsWith(prefix)))].map((panel) =>
    panel.slice(prefix.length),
  );
}

/** Tags of a measurement; throws for one that its points do not carry. */
export function checkedTag(owner: Measurement, tag: string): string {
  if (!tagsOf(owner).includes(tag)) throw new Error(`points of ${owner.name} have no tag ${tag}`);
  return tag;
}
