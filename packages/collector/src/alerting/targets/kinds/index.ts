import type { TargetKind } from '../target.ts';
import { mail } from './mail.ts';
import { ntfy } from './ntfy.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** Every kind of targets that the setting `notify` knows. */
export const kinds: readonly TargetKind[] = [mail, slack, teams, ntfy, telegram, pagerduty, webhook];
