import type { Handlers } from '../dispatch';
import type { Session } from '../session';

type Scaling = 'takeOver' | 'handBack' | 'setScaling' | 'setViolationPrice';

/** Requests that steer scaling. @param by who asks, for the journal */
export function scalingHandlers(session: () => Session, by: string): Pick<Handlers, Scaling> {
  const scaling = () => session().scaling;
  return {
    takeOver: (params) => scaling().takeOver(params, by),
    handBack: (params) => scaling().handBack(params, by),
    setScaling: (params) => scaling().setScaling(params, by),
    setViolationPrice: (params) => scaling().setViolationPrice(params, by),
  };
}
