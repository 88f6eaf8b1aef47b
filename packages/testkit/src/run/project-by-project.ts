import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The file that takes longest starts first, so that the others can run beside it: files with servers, which wait most,
 * then the rest. Files of a project follow one another: a worker keeps the modules that it has loaded only as long as
 * the next file is of the same project.
 */
export class ProjectByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      if (moduleId.includes('test/lab/cascade.')) return 0;
      return { system: 1, server: 2, unit: 4 }[project.name] ?? 3;
    };
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b) || a.project.name.localeCompare(b.project.name));
  }
}
