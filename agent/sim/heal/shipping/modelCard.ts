import type { PolicyModel } from '../../../rl/policy/policyModel';
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

/** The policy's model card (Mitchell et al. 2019, arXiv:1810.03993) as Markdown. */
export function modelCard(policy: PolicyModel, facts: CardFacts): string {
  const { provenance, spec, calibration, inputDistribution, parameters } = policy;
  const [ours] = facts.arms;
  const figures = ours?.[1];
  return `${[
    `# ${facts.name}`,
    `A policy for the task \`heal\`: it chooses between ${labelsOf(policy)}, at most once a minute. Which pod a restart or a drain falls on is decided by the documented score, not by the network.`,
    '## What it is',
    [
      `- Observation: \`${spec}\`, ${policy.observationSpace.fields.length} numbers. Decisions: with \`detection: ${facts.detection}\`.`,
      `- Algorithm: ${provenance.algorithm}, ${provenance.steps.toLocaleString('en')} env steps, seed ${provenance.seed}; ${parameters.length.toLocaleString('en')} parameters.`,
      `- Env: \`${provenance.env.name}\`, options \`${JSON.stringify(provenance.env.options)}\`, the rest by default.`,
      `- It acts where an action’s logarithm of probability is ${calibration?.idleMargin ?? 0} above that of doing nothing.`,
    ].join('\n'),
    '## How to make it again',
    `\`\`\`sh\n${facts.commands.join('\n')}\n\`\`\``,
    'The same seed gives the same parameters, bit by bit.',
    '## How good it is',
    `In simulation, over ${figures?.episodes ?? 0} episodes on seeds that neither its training nor the choice of its margin has seen, ${figures?.impactful ?? 0} of them with a fault that an agent can fix and that lasts over 30 s if nothing is done.`,
    tableOf(facts.arms),
    '## How sure it is',
    calibrationText(policy),
    inputDistribution
      ? `An observation is out of distribution where its squared Mahalanobis distance to those of the training is above ${inputDistribution.limit}, which one in a thousand of ${inputDistribution.count.toLocaleString('en')} was.`
      : '',
    '## Limits, and when not to use it',
    LIMITS,
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

const LIMITS = [
  '- It was trained and judged in a simulation of one Deployment with 3 to 10 replicas and even traffic. Real faults differ, and so does what metrics show of them. Let it propose in mode `approve` before it may act.',
  '- Not for workloads whose pods are not alike: StatefulSets with a leader, shards, uneven traffic.',
  '- Not where requests and latency per pod are not measured: without them it is not asked, and the runbook decides.',
  '- It has learned with the guard’s pace of one action a minute and a grace of 45 s for new pods; where these are set otherwise it decides on what it does not know.',
  '- It cannot repair a bad configuration or a bad dependency. It was taught to leave both alone, and does not always.',
].join('\n');

function labelsOf({ actionSpace }: PolicyModel): string {
  return actionSpace.kind === 'discrete' ? actionSpace.labels.map((label) => `\`${label}\``).join(', ') : '';
}

function calibrationText({ calibration }: PolicyModel): string {
  if (!calibration) return '';
  const points = calibration.points.map(
    ({ probability, helped }) => `${percent(probability)} → ${percent(helped)}`,
  );
  return `Of ${calibration.actions.toLocaleString('en')} actions on validation seeds, by the probability that the network gave them, helped: ${points.join(', ')}. The confidence that it tells is read off this line.`;
}

function tableOf(arms: CardFacts['arms']): string {
  const rows = arms.map(([name, figures]) => {
    const { ratio, medianSeconds, p95Seconds, timeOnlySeconds, harmfulUnreverted } = figures;
    return [
      name,
      ratio.toFixed(3),
      `${medianSeconds.toFixed(0)} / ${p95Seconds.toFixed(0)} s`,
      `${timeOnlySeconds.toFixed(0)} s`,
      `${percent(figures.actedWithoutFault)} / ${percent(figures.actedOnDependency)}`,
      `${percent(figures.harmful)} / ${harmfulUnreverted}`,
      percent(figures.availability, 2),
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
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}
