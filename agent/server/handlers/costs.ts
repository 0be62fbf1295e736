import type { Handlers } from '../dispatch';
import type { Session } from '../session';

/** Requests about what scaling costs. */
export function costHandlers(session: () => Session): Pick<Handlers, 'costReport'> {
  return { costReport: (params) => session().queries.costReport(params) };
}
