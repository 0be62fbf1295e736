import type { Baseline } from '../../sim/baseline';
import { randomActions } from '../../sim/baseline';
import { oracle } from '../../sim/heal/baselines/oracle';
import { defaultRunbook, tunedRunbook } from '../../sim/heal/baselines/runbook';
import { alwaysRestart, doNothing } from '../../sim/heal/baselines/simple';
import type { HealEnv } from '../../sim/heal/healEnv';
import type { ArmRole, Detection } from './healResult';
import { describeManual, type ManualRecovery, manualRecovery } from './manualRecovery';
import { DO_NOTHING_ARM, REFERENCE_ARM } from './summariseHeal';

export const RULE_NAMES = [
  DO_NOTHING_ARM,
  'manual',
  'random',
  'always-restart',
  'runbook',
  REFERENCE_ARM,
  'oracle',
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** What all arms of an evaluation have in common. */
export interface HealConditions {
  detection: Detection;
  manual: ManualRecovery;
}

/** An arm that does not learn. */
export interface HealRule {
  /** Short, for tables. */
  title: string;
  role: ArmRole;
  /** One line for people: what it does. */
  describe(conditions: HealConditions): string;
  create(conditions: HealConditions): Baseline<HealEnv>;
}

export const HEAL_RULES: Readonly<Record<RuleName, HealRule>> = {
  [DO_NOTHING_ARM]: {
    title: 'do nothing',
    role: 'comparison',
    describe: () => 'Kubernetes alone: restarts with back-off, readiness, evictions',
    create: doNothing,
  },
  manual: {
    title: 'manual recovery',
    role: 'comparison',
    describe: ({ manual }) => `a person: ${describeManual(manual)}`,
    create: ({ manual }) => manualRecovery(manual),
  },
  random: {
    title: 'random',
    role: 'comparison',
    describe: () => 'each action as often as any other, as often as it may',
    create: randomActions,
  },
  'always-restart': {
    title: 'always restart',
    role: 'comparison',
    describe: () => 'restarts the worst pod whenever the workload does not look healthy',
    create: alwaysRestart,
  },
  runbook: {
    title: 'runbook',
    role: 'rule',
    describe: () => 'the same rules as they were before they were tuned',
    create: defaultRunbook,
  },
  [REFERENCE_ARM]: {
    title: 'tuned runbook',
    role: 'rule',
    describe: () => 'the same rules with the settings that were best on other episodes',
    create: ({ detection }) => tunedRunbook(detection),
  },
  oracle: {
    title: 'oracle',
    role: 'bound',
    describe: () => 'knows each fault at its onset and where it fell: what perfect detection would be worth',
    create: () => oracle(0),
  },
};
