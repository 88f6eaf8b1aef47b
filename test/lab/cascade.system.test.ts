/**
 * Real nested guests, booted once, and everything that is checked on them.
 *
 * To add a check: write checks/<what>.ts, which exports a function that takes `() => Cascade` and calls `test`, and
 * call it below. Checks run in this order and share the machines, so one that slows or stops a layer puts it right
 * again and stands near the end. They look at InfluxDB, which is where users look, and wait for conditions:
 * everything takes ten times as long in there, and longer on a busy machine.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BOOT_LIMIT_MS,
  bootCascade,
  type Cascade,
  CHECK_LIMIT_MS,
  LAB,
  LAYERS,
  whyNoLab,
} from './cascade.ts';
import { checkCanary } from './checks/canary.ts';
import { checkCapability } from './checks/capability.ts';
import { checkClocks } from './checks/clocks.ts';
import { checkDelivery } from './checks/delivery.ts';
import { checkExitLatency } from './checks/exit-latency.ts';
import { askWhyGuestsExit, checkExits } from './checks/exits.ts';
import { checkGuestsOutside } from './checks/guests-outside.ts';
import { checkLimits } from './checks/limits.ts';
import { checkNestedPaging } from './checks/nested-paging.ts';
import { checkOverhead } from './checks/overhead.ts';
import { checkPlaces } from './checks/places.ts';
import { checkRecording } from './checks/recording.ts';
import { checkRound } from './checks/round.ts';
import { checkSlowAndHeal } from './checks/slow-and-heal.ts';

const reason = await whyNoLab();
const title = reason === undefined ? `a cascade of ${LAYERS} layers` : `the cascade (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(title, { timeout: CHECK_LIMIT_MS }, () => {
  let cascade: Cascade;
  const booted = () => cascade;

  beforeAll(async () => {
    cascade = await bootCascade();
  }, BOOT_LIMIT_MS + CHECK_LIMIT_MS);

  afterAll(async () => {
    await cascade?.stop();
  });

  test('every layer reports, and nobody else', async () => {
    const newest = `SELECT last("seq") FROM "nestwatch_report" WHERE "lab" = '${LAB}' GROUP BY "name"`;
    const rows = await cascade.waitForRows(newest, (found) => found.length >= LAYERS);
    expect(rows.map((row) => row['name']).sort()).toEqual(cascade.names);
  });

  askWhyGuestsExit(booted);
  checkPlaces(booted);
  checkCapability(booted);
  checkExitLatency(booted);
  checkOverhead(() => ({ ...cascade, lab: LAB }));
  checkGuestsOutside(booted);
  checkClocks(booted);
  checkRecording(booted);
  checkExits(booted);
  checkRound(booted);
  checkCanary(booted);
  checkSlowAndHeal(booted);
  checkLimits(booted);
  checkNestedPaging(booted);
  checkDelivery(booted);
});
