import type { Handlers } from '../dispatch';
import type { Session } from '../session';

type Steering = 'setMode' | 'pause' | 'resume' | 'emergencyStop' | 'approve' | 'reject' | 'activity' | 'logs';

/** Requests that steer the connected cluster. @param by who asks, for the journal */
export function steeringHandlers(session: () => Session, by: string): Pick<Handlers, Steering> {
  return {
    setMode: ({ mode, confirmed }) => ({ mode: session().setMode(mode, by, confirmed ?? false) }),
    pause: () => ({ control: session().gate.pause(by) }),
    resume: ({ clearStop }) => ({ control: session().gate.resume(clearStop ?? false) }),
    emergencyStop: () => session().emergencyStop(by),
    approve: async ({ proposalId }) => ({ proposal: await session().gate.approve(proposalId, by) }),
    reject: async ({ proposalId, why }) => ({
      proposal: await session().gate.reject(proposalId, by, why ?? ''),
    }),
    activity: (params) => ({ rows: session().queries.activity(params) }),
    logs: async (params) => ({ lines: await session().queries.logs(params) }),
  };
}
