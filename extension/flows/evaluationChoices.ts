import type { TaskName } from '../../agent/protocol';

/** What the evaluation of a task is of, in titles; in a sentence its first letter is small. */
export const EVALUATED: Record<TaskName, string> = {
  heal: 'Healing',
  scale: 'Scaling',
  canary: 'Releasing',
};

/** What plays in it, as the palette says it. */
export const EVALUATION_DETAILS: Record<TaskName, string> = {
  heal: 'Doing nothing, a person, rules and policies on the same simulated faults.',
  scale: 'HPAs, rules and policies on the same simulated days of load.',
  canary:
    'Fixed steps, Flagger’s rule, Argo’s analysis, rules and policies on the same simulated versions, good and bad.',
};

/** How much is played; the first is recommended. */
export const EVALUATION_SIZES = [
  {
    size: 'quick',
    label: 'Quick',
    description: 'some minutes',
    detail: 'Recommended: ten seeds, which make the tables of the documentation anew.',
  },
  {
    size: 'look',
    label: 'A first look',
    description: 'about a minute',
    detail: 'Two seeds: shows what the report has, with intervals too wide to decide by.',
  },
  {
    size: 'full',
    label: 'Full',
    description: 'up to half an hour',
    detail: 'Twenty seeds or more, with more episodes of each: for figures that are published.',
  },
] as const;
export type EvaluationSize = (typeof EVALUATION_SIZES)[number]['size'];

/** Of a first look, which the CLI has no name for. */
const LOOKS: Record<TaskName, readonly string[]> = {
  heal: ['--seeds', '2', '--episodes', '100'],
  scale: ['--seeds', '2'],
  canary: ['--seeds', '2', '--episodes', '5'],
};

/** Arguments of `coxswain` for an evaluation that writes its reports into a folder, as `<task>.html` and so on. */
export function evaluationArgs(task: TaskName, size: EvaluationSize, folder: string): string[] {
  return ['evaluate', task, ...sizeArgs(task, size), '--output', folder];
}

function sizeArgs(task: TaskName, size: EvaluationSize): readonly string[] {
  switch (size) {
    case 'quick':
      return ['--quick'];
    case 'look':
      return LOOKS[task];
    case 'full':
      return [];
  }
}
