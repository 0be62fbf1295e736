import {
  type AgentSnapshot,
  bestBaseline,
  capitalised,
  describeProgress,
  describeScore,
  errorText,
  formatTime,
  isOver,
  type ModelVersion,
  sentence,
  type Training,
} from '../../agent/protocol';

/** The training that was chosen, else the newest; null where there is none. */
export function shownTraining(trainings: readonly Training[], chosenId: string | null): Training | null {
  return trainings.find(({ id }) => id === chosenId) ?? trainings.at(-1) ?? null;
}

/** `heal by ppo, 12:04:31` */
export function trainingLabel({ task, algorithm, startedAtMs }: Training): string {
  return `${task} by ${algorithm}, ${formatTime(startedAtMs)}`;
}

/** How it is, or how it ended and what came of it. */
export function trainingText(training: Training, models: readonly ModelVersion[]): string {
  const { state } = training;
  switch (state.kind) {
    case 'finished':
      return [sentence(capitalised(state.text)), ...scoreOf(learnedModel(training, models))].join(' ');
    case 'cancelled':
      return state.version === null
        ? 'Cancelled before there was a policy to keep.'
        : `Cancelled. The best policy so far is kept as ${training.task}/${state.version}.`;
    case 'failed':
      return errorText(state.error);
    default:
      return capitalised(describeProgress(training));
  }
}

/** How a state is coloured; the text says the same. */
export function trainingTone({ state }: Training): 'good' | 'notice' | 'bad' | 'act' {
  switch (state.kind) {
    case 'finished':
      return 'good';
    case 'cancelled':
    case 'cancelling':
      return 'notice';
    case 'failed':
      return 'bad';
    default:
      return 'act';
  }
}

/** The share of the bar that is full, 0…1; full where it is over. */
export function trainingShare(training: Training): number {
  const { state, points, totalSteps } = training;
  if (isOver(training)) return 1;
  if (state.kind === 'evaluating') return state.total > 0 ? state.done / state.total : 0;
  return Math.min(1, (points.at(-1)?.steps ?? 0) / totalSteps);
}

/** What its curve should come up to: the best baseline of what it has learned, else of the task's newest version. */
export function baselineOf(
  training: Training,
  models: AgentSnapshot['models'],
): { name: string; mean: number } | null {
  const ofTask = models.filter(({ task, evaluation }) => task === training.task && evaluation !== null);
  const learned = learnedModel(training, ofTask);
  const evaluation = (learned ?? ofTask[0])?.evaluation;
  const best = evaluation ? bestBaseline(evaluation) : null;
  return best && { name: best.name, mean: best.mean };
}

function learnedModel({ task, state }: Training, models: readonly ModelVersion[]): ModelVersion | undefined {
  const version = 'version' in state ? state.version : null;
  return models.find((model) => model.task === task && model.version === version);
}

function scoreOf(model: ModelVersion | undefined): string[] {
  return model?.evaluation ? [describeScore(model.evaluation)] : [];
}
