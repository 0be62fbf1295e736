import type { Handlers } from '../dispatch';
import type { Session } from '../session';

type Chaos =
  | 'injectFault'
  | 'endFault'
  | 'pauseFault'
  | 'experiments'
  | 'runExperiment'
  | 'stopExperiment'
  | 'verifyExperiment'
  | 'experimentRun';

/** Requests about faults and experiments. @param by who asks, for the journal */
export function chaosHandlers(session: () => Session, by: string): Pick<Handlers, Chaos> {
  const chaos = () => session().chaos;
  const faults = () => session().faults;
  return {
    injectFault: async (params) => ({ fault: await chaos().injectFault(params, by) }),
    endFault: async ({ faultId }) => ({ fault: await faults().end(faultId, by) }),
    pauseFault: async ({ faultId, paused }) => ({ fault: await faults().pause(faultId, paused, by) }),
    experiments: () => ({ experiments: chaos().experiments() }),
    runExperiment: async (params) => ({ run: await chaos().run(params, by) }),
    stopExperiment: async ({ runId }) => ({ run: await chaos().stop(runId, by) }),
    verifyExperiment: (params) => chaos().verify(params, by),
    experimentRun: ({ runId }) => ({ run: chaos().get(runId) }),
  };
}
