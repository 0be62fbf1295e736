import type { PolicyModel } from '../../../rl/policy/policyModel';
import { cardText, figuresTable, labelsOf, percentText } from '../../shipping/cardText';
import type { CanaryFigures } from './figures';

/** What a model card is made of beside the policy itself. */
export interface CardFacts {
  /** The file's name without its extension. */
  name: string;
  /** How it can be made again. */
  commands: readonly string[];
  /** By arm, ours first. */
  arms: readonly (readonly [name: string, figures: CanaryFigures])[];
  /** Of the same settings with other seeds, on validation releases. */
  trainings: readonly { seed: number; figures: CanaryFigures }[];
}

/** The policy's model card as Markdown. */
export function modelCard(policy: PolicyModel, facts: CardFacts): string {
  const releases = facts.arms[0]?.[1].releases ?? 0;
  const trainings = facts.trainings.map(
    ({ seed, figures }) =>
      [`seed ${seed}${seed === policy.provenance.seed ? ', shipped' : ''}`, figures] as const,
  );
  return cardText(policy, {
    name: facts.name,
    what: `A policy for the task \`canary\`: every 30 s it chooses between ${labelsOf(policy)} of the traffic. Sequential tests promote and roll back, and bound how far it may go up; it sets the pace between.`,
    observation: 'The evidence of the tests is part of it.',
    margin: `It changes the weight where the logarithm of the change’s probability is ${policy.calibration?.idleMargin ?? 0} above that of holding.`,
    commands: facts.commands,
    howGood: [
      `In simulation, over ${releases.toLocaleString('en')} releases of all scenarios and 0.2 to 200 requests per second, on seeds that neither its training nor the choice of its margin has seen. Other arms are the same tests with another pace. Harm-seconds are weight × share of the canary’s requests that fail or are slow because of it × seconds, per bad release until its verdict. By scenario and traffic: \`coxswain evaluate canary\`.`,
      tableOf('arm', facts.arms),
      ...(trainings.length > 1
        ? [
            'Trainings with the same settings and other seeds, on validation releases; shipped is the one that exposes least of those that err no more, and promote not much later, than fixed steps:',
            tableOf('training', trainings),
          ]
        : []),
    ],
    calibration: {
      before:
        'raises on validation seeds, by the probability that the network gave them, the canary was a good one',
      after:
        'A raise of a bad canary that nothing speaks against yet is no mistake, so that this is no measure of how sure it is: the confidence that it tells is the probability itself.',
    },
    limits: LIMITS,
  });
}

const LIMITS = [
  'It was trained and judged in a simulation of two versions of one service. Let it decide in `shadow` and look at its pace before it may steer.',
  'It knows the tests as they are by default: the fast variant, a bake of 45 min, a time limit of two hours, half of the traffic before a promotion. Set otherwise, it decides on what it does not know.',
  'It knows decisions every 30 s and steps of 10 %.',
  'Below one request per second there is little to learn from: there it holds longer than rules do, and more releases are handed to a person.',
  'It neither promotes nor rolls back. What the tests cannot find, as harm that begins after the promotion, no pace finds.',
];

function tableOf(what: string, arms: CardFacts['arms']): string {
  const rows = arms.map(([name, figures]) => [
    name,
    figures.harmSeconds.toFixed(1),
    percentText(figures.falsePromotion),
    percentText(figures.falseRollback),
    `${percentText(figures.undecidedGood)} / ${percentText(figures.undecidedBad)}`,
    `${figures.medianPromoteMinutes.toFixed(0)} / ${figures.medianRollBackMinutes.toFixed(0)} min`,
    figures.changes.toFixed(1),
  ]);
  const head = [
    what,
    'harm-seconds',
    'bad ones promoted',
    'good ones rolled back',
    'undecided, good / bad',
    'promoted / rolled back after, median',
    'changes of the weight',
  ];
  return figuresTable(head, rows);
}
