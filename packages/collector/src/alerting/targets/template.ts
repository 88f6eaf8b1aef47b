import { UsageError } from '@nestwatch/common/errors';
import type { News } from './news.ts';

/** The fields of a message, as `{{field}}` names them. */
const FIELDS = [
  ...['title', 'summary', 'story', 'details', 'causes', 'state', 'severity', 'rule', 'lab', 'node', 'name'],
  ...[
    'layer',
    'parent',
    'subject',
    'value',
    'flapping',
    'firedAt',
    'resolvedAt',
    'link',
    'key',
    'alert',
    'version',
  ],
] as const satisfies readonly (keyof News)[];

const PLACE = /\{\{\s*([\w-]*)\s*\}\}/g;
const ALONE = /^\{\{\s*([\w-]*)\s*\}\}$/;
const DEEPEST = 20;

/** @throws UsageError for an unknown `{{field}}`, naming all */
export function checkTemplate(template: unknown, depth = 0): void {
  if (depth > DEEPEST) throw new UsageError(`body: more than ${DEEPEST} levels of nesting`);
  if (typeof template === 'string') {
    for (const [place, name] of template.matchAll(PLACE)) {
      if (!FIELDS.some((field) => field === name))
        throw new UsageError(`body: unknown field ${place}; known: ${FIELDS.join(', ')}`);
    }
  } else if (typeof template === 'object' && template !== null) {
    for (const each of Object.values(template)) checkTemplate(each, depth + 1);
  }
}

/**
 * A template with the fields of a message in it. It is a structure whose texts are filled in, so whatever is in a field, the
 * JSON that is made of it has the structure of the template. A text that is one field alone becomes what the field is,
 * such as a number or a list; null where the message has no such field.
 */
export function fill(template: unknown, news: News): unknown {
  if (typeof template === 'string') {
    const alone = ALONE.exec(template)?.[1];
    if (alone !== undefined) return news[alone as keyof News] ?? null;
    return template.replace(PLACE, (_, name: string) => textOf(news[name as keyof News]));
  }
  if (Array.isArray(template)) return template.map((each) => fill(each, news));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, each]) => [key, fill(each, news)]));
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join('\n') : String(value ?? '');
}
