import { join } from 'node:path';
import { top } from '../../deploy/local/top.ts';

/** The figures that docs/evidence/conformance.md shows, as JSON: what `npm run conformance -- --save` has written. */
export const MEASURED = join(top, 'test/conformance/measured.json');
