import type { PolicyModel } from '../../../rl/policy/policyModel';
import { cardText, figuresTable, labelsOf, percentText } from '../../shipping/cardText';
import type { HealFigures } from './figures';

/** What a model card is made of beside the policy itself. */
export interface CardFacts {
  /** The file's name without its extension. */
  name: string;
  /** How it can be made again. */
  commands: readonly string[];
  detection: string;
  /** By arm, ours first. */
  arms: readonly (readonly [name: string, figures: HealFigures])[];
}

/** The policy's model card as Markdown. */
export function modelCard(policy: PolicyModel, facts: CardFacts): string {
  const [ours] = facts.arms;
  const figures = ours?.[1];
  return cardText(policy, {
    name: facts.name,
    what: `A policy for the task \`heal\`: it chooses between ${labelsOf(policy)}, at most once a minute. Which pod a restart or a drain falls on is decided by the documented score, not by the network.`,
    observation: `Decisions: with \`detection: ${facts.detection}\`.`,
    margin: `It acts where an action’s logarithm of probability is ${policy.calibration?.idleMargin ?? 0} above that of doing nothing.`,
    commands: facts.commands,
    howGood: [
      `In simulation, over ${figures?.episodes ?? 0} episodes on seeds that neither its training nor the choice of its margin has seen, ${figures?.impactful ?? 0} of them with a fault that an agent can fix and that lasts over 30 s if nothing is done.`,
      tableOf(facts.arms),
    ],
    calibration: {
      before: 'actions on validation seeds, by the probability that the network gave them, helped',
      after: 'The confidence that it tells is read off this line.',
    },
    limits: LIMITS,
  });
}

const LIMITS = [
  'It was trained and judged in a simulation of one Deployment with 3 to 10 replicas and even traffic. Real faults differ, and so does what metrics show of them. Let it propose in mode `approve` before it may act.',
  'Not for workloads whose pods are not alike: StatefulSets with a leader, shards, uneven traffic.',
  'Not where requests and latency per pod are not measured: without them it is not asked, and the runbook decides.',
  'It has learned with the guard’s pace of one action a minute and a grace of 45 s for new pods; where these are set otherwise it decides on what it does not know.',
  'It cannot repair a bad configuration or a bad dependency. It was taught to leave both alone, and does not always.',
];

function tableOf(arms: CardFacts['arms']): string {
  const rows = arms.map(([name, figures]) => {
    const { ratio, medianSeconds, p95Seconds, timeOnlySeconds, harmfulUnreverted } = figures;
    return [
      name,
      ratio.toFixed(3),
      `${medianSeconds.toFixed(0)} / ${p95Seconds.toFixed(0)} s`,
      `${timeOnlySeconds.toFixed(0)} s`,
      `${percentText(figures.actedWithoutFault)} / ${percentText(figures.actedOnDependency)}`,
      `${percentText(figures.harmful)} / ${harmfulUnreverted}`,
      percentText(figures.availability, 2),
      figures.replicaHours.toFixed(3),
    ];
  });
  const head = [
    'arm',
    'recovery, impactful faults ÷ doing nothing',
    'recovery, fixable faults, median / p95',
    'faults that time heals',
    'episodes with an action: no fault / dependency',
    'harmful episodes / left unreverted',
    'requests within objectives',
    'replica-hours',
  ];
  return figuresTable(head, rows);
}
