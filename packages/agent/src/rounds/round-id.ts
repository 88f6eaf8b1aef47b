/** The id that all nodes give to one nominal time of one benchmark: "cpu.sha256@2026-01-31T06:00:00Z". */
export function roundId(benchmark: string, nominalMs: number): string {
  return `${benchmark}@${new Date(nominalMs).toISOString().replace(/\.000Z$/, 'Z')}`;
}
