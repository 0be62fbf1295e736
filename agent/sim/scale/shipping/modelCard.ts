import type { PolicyModel } from '../../../rl/policy/policyModel';
import { cardText, figuresTable, labelsOf } from '../../shipping/cardText';
import { actionRatio, meanRatio, type ScaleFigures } from './figures';

/** What a model card is made of beside the policy itself. */
export interface CardFacts {
  /** The file's name without its extension. */
  name: string;
  /** How it can be made again. */
  commands: readonly string[];
  /** Figures at each price, by arm, ours first. */
  arms: readonly (readonly [name: string, figures: readonly ScaleFigures[]])[];
  /** Of each training with the same settings, on validation episodes; one where there was but one. */
  trainings: readonly { seed: number; figures: readonly ScaleFigures[] }[];
  /** How the weights of its reward were found: paragraphs and tables; empty where they are the env's own. */
  rewardSearch: string;
}

/** The policy's model card as Markdown. */
export function modelCard(policy: PolicyModel, facts: CardFacts): string {
  const [ours] = facts.arms;
  const episodes = ours?.[1][0]?.episodes ?? 0;
  return cardText(policy, {
    name: facts.name,
    what: `A policy for the task \`scale\`: every 15 s it chooses between ${labelsOf(policy)} pods, within the bounds and the pace of the guard.`,
    observation: seesPrice(policy)
      ? 'The price W of a violation is one of them: one policy gives every trade-off.'
      : 'The price of a violation is none of them: it has the one trade-off of its reward.',
    margin: `It scales where the logarithm of the probability of the direction, up or down, is ${policy.calibration?.idleMargin ?? 0} above that of holding; how far is the likeliest step of that direction.`,
    commands: facts.commands,
    howGood: [
      `In simulation, over ${episodes} episodes of four hours at each price, of the training’s kinds of load but on seeds that neither its training nor the choice of its margin has seen. J(W) is mean pods + W × violated load + 0.5 per action. On loads of other kinds: docs/scaling.md.`,
      tableOf(facts.arms),
      trainingsText(facts.trainings, policy.provenance.seed),
      facts.rewardSearch,
    ],
    calibration: {
      before:
        'decisions to scale on validation seeds, by the probability of their direction, somebody who knows the load to come would have gone the same way in',
      after:
        'Who cannot know the load has to provide for more than comes in the end, so that this is no measure of how sure it is: the confidence that it tells of a step is the probability of its direction.',
    },
    limits: LIMITS,
  });
}

const LIMITS = [
  'It was trained and judged in a simulation of one Deployment with 2 to 30 pods that are alike, start within 20 to 90 s, and work on requests of 15 to 50 ms. Let it decide in `shadow` and look at what it would have saved before it may steer.',
  'Not where the request rate is not measured: CPU alone hides how great an overload is, and it is not asked.',
  'Not for workloads whose pods are not alike, that have one leader, or that are bound by something else than CPU.',
  'Noise without memory and rare spikes from the fewest pods are where it gains least: nothing announces them.',
  'Where `scale.podsUpPerMinute`, `scale.podsDownPerMinute` or the cool-downs are set otherwise than by default it decides on what it does not know.',
];

function seesPrice({ observationSpace }: PolicyModel): boolean {
  return observationSpace.fields.some(({ name }) => name === 'violationPrice');
}

/** One row for each arm; of the prices in a cell in their order. */
function tableOf(arms: CardFacts['arms']): string {
  const rows = arms.map(([name, figures]) => {
    const cell = (of: (each: ScaleFigures) => string) => figures.map(of).join(' / ');
    return [
      name,
      cell(({ toHpa }) => toHpa.toFixed(3)),
      cell(({ violatedShare }) => (100 * violatedShare).toFixed(2)),
      cell(({ meanPods }) => meanPods.toFixed(2)),
      cell(({ actionsPerHour }) => actionsPerHour.toFixed(1)),
    ];
  });
  const prices = arms[0]?.[1].map(({ violationPrice }) => violationPrice).join(' / ') ?? '';
  const head = ['arm', `J ÷ tuned HPA, W = ${prices}`, 'requests violated, %', 'pods', 'actions an hour'];
  return figuresTable(head, rows);
}

function trainingsText(trainings: CardFacts['trainings'], shippedSeed: number): string {
  if (trainings.length < 2) return '';
  const rows = trainings.map(({ seed, figures }) => [
    seed === shippedSeed ? `${seed}, shipped` : String(seed),
    ...figures.map(({ toHpa }) => toHpa.toFixed(3)),
    meanRatio(figures).toFixed(3),
    actionRatio(figures).toFixed(2),
  ]);
  const prices =
    trainings[0]?.figures.map(({ violationPrice }) => `J ÷ tuned HPA, W = ${violationPrice}`) ?? [];
  const head = ['seed', ...prices, 'geometric mean', 'actions ÷ tuned HPA'];
  return `Trainings with the same settings and other seeds, on validation episodes; shipped is the cheapest there of those that act at most 1.35 times as often as the tuned HPA:\n\n${figuresTable(head, rows)}`;
}
