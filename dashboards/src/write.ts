import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provisioningFile } from '../alerting/alert-rule.ts';
import { alertRules } from '../alerting/rules.ts';
import { files } from './index.ts';

const [folder, alerting] = process.argv.slice(2);
if (folder === undefined || alerting === undefined) {
  throw new Error('name the folder to write the dashboards to, and the file for the alert rules');
}
for (const [name, text] of files()) writeFileSync(join(folder, name), text);
writeFileSync(alerting, provisioningFile(alertRules));
