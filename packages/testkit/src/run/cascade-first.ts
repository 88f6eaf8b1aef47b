import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The file that takes longest starts first, so that the others can run beside it. */
export class CascadeFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isCascade = ({ moduleId }: TestSpecification) => moduleId.includes('test/lab/cascade.');
    const sorted = await super.sort(files);
    return [...sorted.filter(isCascade), ...sorted.filter((file) => !isCascade(file))];
  }
}
