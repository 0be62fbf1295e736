import type { Handlers } from '../dispatch';
import type { Session } from '../session';

type Releases = 'releaseOperation' | 'setReleaseSteering' | 'prepareCanary' | 'checkSplit';

/** Requests that steer releases. @param by who asks, for the journal */
export function releaseHandlers(session: () => Session, by: string): Pick<Handlers, Releases> {
  const releases = () => session().releases;
  return {
    releaseOperation: (params) => releases().operate(params, by),
    setReleaseSteering: (params) => releases().setSteering(params, by),
    prepareCanary: (params) => releases().prepare(params, by),
    checkSplit: (params) => releases().checkSplit(params, by),
  };
}
