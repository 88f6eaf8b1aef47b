import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { top } from '../../deploy/local/top.ts';
import { code, markdownTable } from './markdown.ts';

const FOLDER = 'proto/nestwatch/v1';

const INTRO = `<!-- Made by "npm run docs" from ${FOLDER} and proto/src/subjects.ts. -->
# Messages

What agents and collectors send each other over NATS: protobuf (proto3), package \`nestwatch.v1\`. Fields are only ever added, and a number is
never used twice. A field that may be missing is \`optional\`, because proto3 cannot otherwise tell 0 from absent.

## Subjects

    SUBJECTS
`;

/** docs/reference/messages.md: every message, field by field, as the comments of the .proto files have it. */
export function messagesDocument(): string {
  return [INTRO.replace('SUBJECTS', subjectsText()), ...protoFiles().map(fileSection)].join('\n');
}

/** The table of subjects in the comment that heads the one file that names them. */
function subjectsText(): string {
  const text = readFileSync(join(top, 'proto/src/subjects.ts'), 'utf8');
  const lines = [...text.matchAll(/^ \* {3}(nestwatch\..*)$/gm)].map(([, line = '']) => line);
  return lines.join('\n    ');
}

function protoFiles(): string[] {
  return readdirSync(join(top, FOLDER), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.proto'))
    .sort();
}

function fileSection(file: string): string {
  const text = readFileSync(join(top, FOLDER, file), 'utf8');
  const { root } = protobuf.parse(text, { keepCase: true, alternateCommentMode: true });
  const parts = typesIn(root.lookup('nestwatch.v1') as protobuf.Namespace).map(typeText);
  return [`## ${file}\n`, ...parts].join('\n');
}

function typesIn(namespace: protobuf.NamespaceBase): (protobuf.Type | protobuf.Enum)[] {
  return namespace.nestedArray.flatMap((each) => {
    if (each instanceof protobuf.Type) return [each, ...typesIn(each)];
    return each instanceof protobuf.Enum ? [each] : [];
  });
}

function typeText(type: protobuf.Type | protobuf.Enum): string {
  const about = `### ${type.name}\n\n${type.comment === null ? '' : `${harmless(type.comment)}\n\n`}`;
  return `${about}${type instanceof protobuf.Enum ? valueTable(type) : fieldTable(type)}`;
}

function valueTable({ values, comments }: protobuf.Enum): string {
  const rows = Object.entries(values).map(([name, id]) => [
    String(id),
    code(name),
    harmless(comments[name] ?? null),
  ]);
  return markdownTable(['number', 'value', 'meaning'], rows);
}

function fieldTable(type: protobuf.Type): string {
  const rows = type.fieldsArray.map((field) => [
    String(field.id),
    code(field.name),
    typeName(field),
    harmless(field.comment),
  ]);
  return markdownTable(['number', 'field', 'type', 'meaning'], rows);
}

function typeName(field: protobuf.Field): string {
  if (field instanceof protobuf.MapField) return `map of ${field.keyType} to ${field.type}`;
  const isOptional = (field.options as { proto3_optional?: boolean } | undefined)?.proto3_optional === true;
  return `${field.repeated ? 'repeated ' : ''}${isOptional ? 'optional ' : ''}${field.type}`;
}

/** A comment in which `<lab>` is no tag. */
const harmless = (comment: string | null) => (comment ?? '').replaceAll('<', '&lt;');
