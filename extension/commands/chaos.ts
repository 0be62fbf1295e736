import { newExperiment, openExperiment } from '../flows/experimentFiles';
import { EXPERIMENT_EDITOR } from '../flows/experimentPlaces';
import {
  pauseFaults,
  refreshExperiments,
  runExperiment,
  showRun,
  stopExperiment,
  verifyExperiment,
} from '../flows/experiments';
import { endFault, injectFault } from '../flows/faults';
import { type Command, editor, item, title } from './command';

/** One that may be acted on; what follows says whether it is scaled. */
const STEERED_WORKLOAD = '/^workload(\\.scaled|\\.handedOver)?$/';

/** Faults, experiments and their runs. */
export const CHAOS_COMMANDS: readonly Command[] = [
  {
    name: 'injectFault',
    title: 'Inject Fault…',
    icon: 'flame',
    needs: 'cluster',
    places: [
      title('chaos', 'coxswain.state == connected', '1_fault@1'),
      item(STEERED_WORKLOAD, 'inline@2'),
      item(STEERED_WORKLOAD, '1_workload@1'),
    ],
    run: (_app, agent, target) => injectFault(agent, target),
  },
  {
    name: 'endFault',
    title: 'End Fault…',
    icon: 'debug-stop',
    needs: 'cluster',
    places: [item('/^fault(\\.|$)/', 'inline@2'), item('/^fault(\\.|$)/', '1_fault@2')],
    run: (_app, agent, target) => endFault(agent, target),
  },
  {
    name: 'pauseFault',
    title: 'Pause Fault…',
    icon: 'debug-pause',
    needs: 'cluster',
    places: [item('/^(fault|run)\\.running$/', 'inline@1'), item('/^(fault|run)\\.running$/', '1_fault@1')],
    run: (_app, agent, target) => pauseFaults(agent, target, true),
  },
  {
    name: 'resumeFault',
    title: 'Resume Fault…',
    icon: 'debug-continue',
    needs: 'cluster',
    places: [item('/^(fault|run)\\.paused$/', 'inline@1'), item('/^(fault|run)\\.paused$/', '1_fault@1')],
    run: (_app, agent, target) => pauseFaults(agent, target, false),
  },
  {
    name: 'runExperiment',
    title: 'Run Experiment…',
    icon: 'play',
    needs: 'cluster',
    places: [
      item('experiment.ready', 'inline@1'),
      item('experiment.ready', '1_experiment@1'),
      editor(EXPERIMENT_EDITOR, 'navigation@1'),
    ],
    run: (app, agent, target) => runExperiment(app, agent, target),
  },
  {
    name: 'verifyExperiment',
    title: 'Check Experiment…',
    icon: 'checklist',
    needs: 'cluster',
    places: [
      item('/^experiment\\./', 'inline@2'),
      item('/^experiment\\./', '1_experiment@2'),
      editor(EXPERIMENT_EDITOR, 'navigation@2'),
    ],
    run: (app, agent, target) => verifyExperiment(app, agent, target),
  },
  {
    name: 'openExperiment',
    title: 'Open Experiment…',
    icon: 'go-to-file',
    needs: 'agent',
    places: [item('/^experiment\\./', 'inline@3'), item('/^experiment\\./', '2_show@1')],
    run: (app, agent, target) => openExperiment(app, agent, target),
  },
  {
    name: 'newExperiment',
    title: 'New Experiment…',
    icon: 'new-file',
    needs: 'nothing',
    places: [title('chaos', '', 'navigation@1')],
    run: (app) => newExperiment(app),
  },
  {
    name: 'refreshExperiments',
    title: 'Refresh Experiments',
    icon: 'refresh',
    needs: 'cluster',
    places: [title('chaos', 'coxswain.state == connected', 'navigation@2')],
    run: (_app, agent) => refreshExperiments(agent),
  },
  {
    name: 'stopExperiment',
    title: 'Stop Experiment…',
    icon: 'debug-stop',
    needs: 'cluster',
    places: [item('/^run\\./', 'inline@2'), item('/^run\\./', '1_run@1')],
    run: (_app, agent, target) => stopExperiment(agent, target),
  },
  {
    name: 'showRun',
    title: 'Show Run of Experiment…',
    icon: 'output',
    needs: 'agent',
    places: [item('/^(run\\.|pastRun$)/', 'inline@3'), item('/^(run\\.|pastRun$)/', '2_show@1')],
    run: (app, agent, target) => showRun(app, agent, target),
  },
  {
    name: 'showChaos',
    title: 'Show Chaos and Recoveries on Dashboard',
    icon: 'dashboard',
    needs: 'nothing',
    places: [title('chaos', '', 'navigation@3')],
    run: (app) => app.dashboard.openChaos(),
  },
];
