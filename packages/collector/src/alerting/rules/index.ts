import { cannotBoot } from './cannot-boot.ts';
import { capabilityChanged } from './capability-changed.ts';
import { capabilityLost } from './capability-lost.ts';
import { catchingUp } from './catching-up.ts';
import { clockStep } from './clock-step.ts';
import { collectorBehind } from './collector-behind.ts';
import { credentialsEnd } from './credentials-end.ts';
import { deliveryGap } from './delivery-gap.ts';
import { exitCost } from './exit-cost.ts';
import { guestStuck } from './guest-stuck.ts';
import { guestSwapped } from './guest-swapped.ts';
import { guestThrottled } from './guest-throttled.ts';
import { identityConflict } from './identity-conflict.ts';
import { knownIssue } from './known-issue.ts';
import { noResult } from './no-result.ts';
import { nodeSilent } from './node-silent.ts';
import type { Rule } from './rule.ts';
import { slowdownParent } from './slowdown-parent.ts';
import { slowdownSelf } from './slowdown-self.ts';
import { erratic, slowdownSmall } from './slowdown-small.ts';
import { stealHigh } from './steal-high.ts';
import { unsafeToSnapshot } from './unsafe-to-snapshot.ts';

/** Every alert rule. The order is the order of docs/reference/alerts.md. */
export const rules: readonly Rule[] = [
  slowdownParent,
  slowdownSelf,
  nodeSilent,
  catchingUp,
  noResult,
  capabilityLost,
  cannotBoot,
  capabilityChanged,
  knownIssue,
  clockStep,
  deliveryGap,
  identityConflict,
  unsafeToSnapshot,
  guestStuck,
  stealHigh,
  exitCost,
  guestThrottled,
  guestSwapped,
  slowdownSmall,
  erratic,
  collectorBehind,
  credentialsEnd,
];
