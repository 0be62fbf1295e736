import type { Algorithm, TaskName, Training } from '../../agent/protocol';
import { formatCount } from '../../agent/protocol/format';

/** What each task learns to decide, as the palette says it. */
export const TASK_DETAILS: Record<TaskName, string> = {
  heal: 'When to restart, drain or scale to end an incident. Steers live once it is promoted.',
  scale: 'How many pods a load needs. Steers live once it is promoted and a workload is taken over.',
  canary: 'Whether a release goes on or back.',
};

/** The first is recommended. */
export const ALGORITHM_DETAILS: Record<Algorithm, string> = {
  ppo: 'Recommended: fast, steady, and needs no tuning in most cases.',
  dqn: 'Learns the value of each action; needs fewer steps, each of which takes longer.',
  hybrid: 'DQN decides while PPO tunes the weights of its reward.',
};

/** Env steps to the task's target, as the presets of `coxswain train` have them. */
export const USUAL_STEPS: Record<TaskName, Record<Algorithm, number>> = {
  heal: { ppo: 5_000_000, dqn: 2_000_000, hybrid: 500_000 },
  scale: { ppo: 2_000_000, dqn: 1_000_000, hybrid: 500_000 },
  canary: { ppo: 4_000_000, dqn: 2_000_000, hybrid: 500_000 },
};
const QUICK_STEPS = 50_000;
/** Limits of the agent. */
const STEPS = { least: 1000, most: 1e9 };

/** Env steps per second on a usual machine; replaced by what this one has shown. */
const USUAL_SPEED: Record<Algorithm, number> = { ppo: 25_000, dqn: 8000, hybrid: 10_000 };

export interface Budget {
  steps: number;
  label: string;
  /** How long it takes, in words. */
  description: string;
  detail: string;
}

/** How long to learn. `trainings` of before tell how fast this machine is. */
export function budgets(task: TaskName, algorithm: Algorithm, trainings: readonly Training[]): Budget[] {
  const usual = USUAL_STEPS[task][algorithm];
  const speed = knownSpeed(task, algorithm, trainings) ?? USUAL_SPEED[algorithm];
  const budget = (steps: number, detail: string): Budget => ({
    steps,
    label: `${formatCount(steps)} steps`,
    description: durationText(steps / speed),
    detail,
  });
  return [
    budget(usual, 'Recommended: enough for what this task can be learned to.'),
    budget(QUICK_STEPS, 'A quick look: shows that it learns, too short for a policy to use.'),
    budget(4 * usual, 'Thorough: for the last bit of score.'),
  ];
}

/** Of the latest training of the same kind. */
function knownSpeed(task: TaskName, algorithm: Algorithm, trainings: readonly Training[]): number | null {
  const like = trainings.filter((training) => training.task === task && training.algorithm === algorithm);
  return like.findLast(({ stepsPerSecond }) => stepsPerSecond !== null)?.stepsPerSecond ?? null;
}

/** A rough duration: `a few seconds`, `about 5 minutes`, `about 2 hours`. */
export function durationText(seconds: number): string {
  if (seconds < 15) return 'a few seconds';
  if (seconds < 45) return 'half a minute';
  if (seconds < 90) return 'about a minute';
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} minutes`;
  return `about ${Math.round(seconds / 3600)} hours`;
}

/** The number of steps in a text such as `200,000`, or what is wrong with it. */
export function parseSteps(text: string): { steps: number } | { problem: string } {
  const digits = text.trim().replaceAll(/[,_\s]/g, '');
  const steps = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (steps >= STEPS.least && steps <= STEPS.most) return { steps };
  return { problem: `A whole number from ${formatCount(STEPS.least)} to ${formatCount(STEPS.most)}.` };
}
