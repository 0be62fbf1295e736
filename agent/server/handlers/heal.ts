import type { Handlers } from '../dispatch';
import type { Session } from '../session';

type Heal = 'explainDecision' | 'predict' | 'addExperience' | 'learnNow' | 'recoveryStatistics';

/** Requests about recovery and what is learned of it. @param by who asks, for the journal */
export function healHandlers(session: () => Session, by: string): Pick<Handlers, Heal> {
  const heal = () => session().heal;
  return {
    explainDecision: (params) => heal().explain(params),
    predict: (params) => heal().predict(params),
    addExperience: (params) => heal().addExperience(params, by),
    learnNow: (params) => heal().learnNow(params, by),
    recoveryStatistics: (params) => session().queries.recoveryStatistics(params),
  };
}
