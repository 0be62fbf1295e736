import { randomActions } from '../../sim/baseline';
import { argo } from '../../sim/canary/baselines/argo';
import { evidenceSteps } from '../../sim/canary/baselines/evidenceSteps';
import { flagger } from '../../sim/canary/baselines/flagger';
import { mannWhitney } from '../../sim/canary/baselines/mannWhitney';
import { alwaysHold } from '../../sim/canary/baselines/releaseRule';
import { fixedSteps } from '../../sim/canary/baselines/timedSteps';
import { TUNED_ARGO, TUNED_FLAGGER } from '../../sim/canary/baselines/tuned';
import type { CanaryEnv } from '../../sim/canary/canaryEnv';
import type { Arm } from '../arm';
import { releaseArm, ruleArm } from '../taskArms';
import type { ArmRole } from './canaryResult';
import type { VerdictOwner } from './episodeRecord';

/** The same tests with two paces, by which those of policies are measured; both are always played. */
export const FIXED_PACE_ARM = 'tests-fast';
export const RULE_PACE_ARM = 'evidence-steps';

export const RULE_NAMES = [
  'hold',
  'random',
  'fixed-steps',
  'flagger',
  'flagger-tuned',
  'argo',
  'argo-tuned',
  'mann-whitney',
  'tests-strict',
  FIXED_PACE_ARM,
  RULE_PACE_ARM,
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** An arm that does not learn. */
export interface CanaryRule {
  /** Short, for tables. */
  title: string;
  role: ArmRole;
  /** One line for people: what it does. */
  describe: string;
  verdict: VerdictOwner;
  /** Of the env, beside scenario and traffic: the tests that own the verdict. */
  options: Readonly<Record<string, unknown>>;
  create(): Arm<CanaryEnv>;
}

const FAST_TESTS = { verdict: 'tests', evidence: 'fast' };
const STRICT_TESTS = { verdict: 'tests', evidence: 'strict', bakeSeconds: 0 };
const NO_TESTS = { verdict: 'policy' };

export const CANARY_RULES: Readonly<Record<RuleName, CanaryRule>> = {
  hold: {
    title: 'always hold',
    role: 'comparison',
    describe: 'leaves the weight as it is at the beginning, and the decision to a person',
    verdict: 'policy',
    options: NO_TESTS,
    create: () => releaseArm(alwaysHold()),
  },
  random: {
    title: 'random',
    role: 'comparison',
    describe: 'hold, up and down with equal chances',
    verdict: 'policy',
    options: NO_TESTS,
    create: () => ruleArm<CanaryEnv>(randomActions(), (env, action) => env.step(action)),
  },
  'fixed-steps': {
    title: 'fixed steps by time',
    role: 'rule',
    describe: '5, 10, 25, 50, 75 % in 42 min, then promoted whatever the metrics say',
    verdict: 'policy',
    options: NO_TESTS,
    create: () => releaseArm(fixedSteps()),
  },
  flagger: {
    title: 'Flagger’s rule',
    role: 'rule',
    describe:
      'as its users run it: every minute success ≥ 99 % and p99 ≤ 500 ms, +10 % to 50 %, five failures',
    verdict: 'policy',
    options: NO_TESTS,
    create: () => releaseArm(flagger()),
  },
  'flagger-tuned': {
    title: 'Flagger’s rule, tuned',
    role: 'rule',
    describe: 'the same with thresholds, interval and steps that were best on other releases',
    verdict: 'policy',
    options: NO_TESTS,
    create: () => releaseArm(flagger('flagger-tuned', TUNED_FLAGGER)),
  },
  argo: {
    title: 'Argo’s analysis',
    role: 'rule',
    describe:
      'as its users run it: fixed steps; every minute errors < 5 % pass and ≥ 10 % fail, p95 ≤ 1.2 × stable, failureLimit 3',
    verdict: 'policy',
    options: NO_TESTS,
    create: () => releaseArm(argo()),
  },
  'argo-tuned': {
    title: 'Argo’s analysis, tuned',
    role: 'rule',
    describe: 'the same with limits, interval and steps that were best on other releases',
    verdict: 'policy',
    options: NO_TESTS,
    create: () => releaseArm(argo('argo-tuned', TUNED_ARGO)),
  },
  'mann-whitney': {
    title: 'Mann–Whitney, peeking',
    role: 'rule',
    describe: 'ranks of errors and p95 against stable with 25 % tolerance, looked at every 30 s; fixed steps',
    verdict: 'policy',
    options: NO_TESTS,
    create: () => releaseArm(mannWhitney()),
  },
  'tests-strict': {
    title: 'strict tests, fixed steps',
    role: 'rule',
    describe: 'sequential tests at 1 % own the verdict, no bake time; the weight goes by the clock',
    verdict: 'tests',
    options: STRICT_TESTS,
    create: () => releaseArm(fixedSteps()),
  },
  [FIXED_PACE_ARM]: {
    title: 'fast tests, fixed steps',
    role: 'rule',
    describe: 'fast sequential tests own the verdict, 45 min of bake time; the weight goes by the clock',
    verdict: 'tests',
    options: FAST_TESTS,
    create: () => releaseArm(fixedSteps()),
  },
  [RULE_PACE_ARM]: {
    title: 'fast tests, evidence steps',
    role: 'rule',
    describe: 'the same tests; the weight is raised as far as their bounds of harm allow',
    verdict: 'tests',
    options: FAST_TESTS,
    create: () => releaseArm(evidenceSteps()),
  },
};
