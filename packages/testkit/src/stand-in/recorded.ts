/** Words of real servers: InfluxDB 1.6.7, 2.7.12, and 3 Core 3.10. */
export const RECORDED = {
  headers: (version: string): Record<string, string> => ({
    'content-type': 'application/json',
    'x-influxdb-version': version,
    'x-influxdb-build': version.startsWith('3') ? 'Core' : 'OSS',
    ...(version.startsWith('3') && { 'cluster-uuid': '0b6c5f0e-0f4c-4b0e-9d53-3f0a0c8ad3b1' }),
  }),
  expired1: (dropped: number) => ({
    error: `partial write: points beyond retention policy dropped=${dropped}`,
  }),
  expired2: (dropped: number, series: string, hours: number, atMs: number) => ({
    code: 'unprocessable entity',
    message:
      `failure writing points to database: partial write: dropped ${dropped} points outside retention policy of duration ${hours}h0m0s` +
      ` - oldest point ${series} at ${new Date(atMs).toISOString()} dropped because it violates a Retention Policy Lower Bound at ${new Date(Date.now() - hours * 3_600_000).toISOString()}`,
  }),
  conflict: (field: string, measurement: string, type: string, stored: string, dropped: number) =>
    `partial write: field type conflict: input field "${field}" on measurement "${measurement}" is type ${type}, already exists as type ${stored} dropped=${dropped}`,
  parse: (line: string) => `unable to parse '${line}': missing fields`,
  wrongToken: { code: 'unauthorized', message: 'unauthorized access' },
  wrongOrganisation: (name: string) => ({
    code: 'not found',
    message: `organization name "${name}" not found`,
  }),
  noBucket: (name: string) => ({ code: 'not found', message: `bucket "${name}" not found` }),
  noDatabase1: (name: string) => ({ error: `database not found: "${name}"` }),
  noDatabase3: (name: string) => ({ error: `query error: database not found: ${name}` }),
  fileLimit: (files: number) => ({
    error: `External error: Query would scan ${files} Parquet files, exceeding the file limit. InfluxDB 3 Core caps file access to prevent performance degradation and memory issues.`,
  }),
};
