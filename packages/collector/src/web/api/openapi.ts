import { ID_PATTERN } from '@nestwatch/proto';
import { type Route, routes } from './routes.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';

/** Where the description itself is served. */
export const OPENAPI_PATH = '/api/v1/openapi.json';

const TITLE = 'nestwatch collector';
const DESCRIPTION =
  'Read-only access for programs to what the collector knows about labs of nested guests. New versions only add fields. Times are µs since 1970. A configured login applies here as well.';

/** The description of /api/v1 by OpenAPI 3.1. */
export function openapi() {
  return {
    openapi: '3.1.0',
    info: { title: TITLE, description: DESCRIPTION, version: '1' },
    security: [{}, { password: [] }],
    paths: Object.fromEntries(routes.map((route) => [route.path, { get: operation(route) }])),
    components: {
      securitySchemes: { password: { type: 'http', scheme: 'basic' } },
      schemas: SCHEMAS,
    },
  };
}

function operation({ path, summary, hours, answers }: Route) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: ID_PATTERN.source },
  }));
  const inQuery =
    hours === undefined
      ? []
      : [
          {
            name: 'hours',
            in: 'query',
            description: hours,
            schema: { type: 'number', exclusiveMinimum: 0, maximum: 9600 },
          },
        ];
  return {
    operationId: answers,
    summary,
    parameters: [...inPath, ...inQuery],
    responses: {
      200: json(`${summary}.`, answers),
      400: json('A parameter is not allowed.', 'Error'),
      404: json('Unknown lab or machine.', 'Error'),
      503: json('InfluxDB is not readable now.', 'Error'),
    },
  };
}

function json(description: string, schema: SchemaName) {
  return {
    description,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}
