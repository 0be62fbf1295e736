import type { Handlers } from '../dispatch';
import type { Models } from '../models';
import type { Trainings } from '../trainings';

type ModelRequests =
  | 'models'
  | 'promoteModel'
  | 'rollbackModel'
  | 'startTraining'
  | 'cancelTraining'
  | 'evaluateModel';

/** Requests about policies and trainings; they need no connected cluster. @param by who asks, for the journal */
export function modelHandlers(
  models: Models,
  trainings: Trainings,
  by: string,
): Pick<Handlers, ModelRequests> {
  return {
    models: async () => ({ models: [...(await models.list())] }),
    promoteModel: (params) => models.promote(params, by),
    rollbackModel: (params) => models.rollback(params, by),
    startTraining: (params) => ({ training: trainings.start(params, by) }),
    cancelTraining: ({ trainingId }) => ({ training: trainings.cancel(trainingId) }),
    evaluateModel: async (params) => {
      await trainings.evaluate(params);
      await models.list();
      return { model: models.get(params) };
    },
  };
}
