import { writeFileSync } from 'node:fs';
import { provisioningFile } from './alert-rule.ts';
import { alertRules } from './rules.ts';

const file = process.argv[2];
if (file === undefined) throw new Error('name the file to write the alert rules to');
writeFileSync(file, provisioningFile(alertRules));
