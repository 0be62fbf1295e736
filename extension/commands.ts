import type { Need } from './agent/state';
import type { RunningAgent } from './agent/supervisor';
import type { App } from './context';
import { approve, reject, showChange } from './flows/approvals';
import { openConfig } from './flows/configFile';
import { emergencyStop, pause, resume, setMode } from './flows/control';
import { endFault, injectFault } from './flows/faults';
import { evaluatePolicy, promotePolicy, rollbackPolicy } from './flows/policies';
import { diagnose, showLogs } from './flows/reports';
import { cancelTraining, fineTunePolicy, trainPolicy } from './flows/trainings';
import type { Target } from './views/target';

/** A place of a command other than the palette, as package.json has it. */
export interface MenuPlace {
  menu: 'view/title' | 'view/item/context';
  when: string;
  group: string;
}

interface Declaration {
  /** Without the prefix `coxswain.`. */
  name: string;
  title: string;
  /** Codicon, where the command is shown as one. */
  icon?: string;
  /** False: only where it has something to be about. */
  inPalette?: false;
  places?: readonly MenuPlace[];
  keys?: { key: string; mac: string };
}

/** What a command does. One that needs the agent gets it in hand; without it the user is told why nothing happens. */
type Behaviour =
  | { needs: Extract<Need, 'nothing'>; run(app: App, target: Target): unknown }
  | { needs: Exclude<Need, 'nothing'>; run(app: App, agent: RunningAgent, target: Target): unknown };

export type Command = Declaration & Behaviour;

const title = (view: string, when = '', group = 'navigation'): MenuPlace => ({
  menu: 'view/title',
  when: [`view == coxswain.${view}`, when].filter(Boolean).join(' && '),
  group,
});
const item = (viewItem: string, group: string): MenuPlace => ({
  menu: 'view/item/context',
  when: `viewItem ${viewItem.startsWith('/') ? '=~' : '=='} ${viewItem}`,
  group,
});

/** Every command, declared once; `manifest.ts` writes package.json from this. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'connect',
    title: 'Connect to Context…',
    icon: 'plug',
    needs: 'agent',
    places: [title('cluster')],
    run: (app, agent) => app.connections.connect(agent),
  },
  {
    name: 'startEmbeddedCluster',
    title: 'Start Embedded Cluster',
    icon: 'play',
    needs: 'agent',
    places: [title('cluster', '', '1_embedded@1')],
    run: (app) => app.connections.startEmbedded(),
  },
  {
    name: 'stopEmbeddedCluster',
    title: 'Stop Embedded Cluster',
    needs: 'nothing',
    places: [title('cluster', '', '1_embedded@2')],
    run: (app) => app.connections.stopEmbedded(),
  },
  {
    name: 'setMode',
    title: 'Switch Mode…',
    needs: 'cluster',
    places: [title('approvals', '', '1_mode@1')],
    run: (_app, agent) => setMode(agent),
  },
  {
    name: 'pause',
    title: 'Pause',
    icon: 'debug-pause',
    needs: 'cluster',
    run: (_app, agent) => pause(agent),
  },
  {
    name: 'resume',
    title: 'Resume',
    icon: 'debug-start',
    needs: 'cluster',
    run: (_app, agent) => resume(agent),
  },
  {
    name: 'emergencyStop',
    title: 'Emergency Stop',
    icon: 'debug-stop',
    needs: 'cluster',
    keys: { key: 'ctrl+alt+shift+s', mac: 'cmd+alt+shift+s' },
    places: [title('cluster', 'coxswain.state == connected', '2_stop@1')],
    run: (_app, agent) => emergencyStop(agent),
  },
  {
    name: 'approve',
    title: 'Approve…',
    icon: 'check',
    needs: 'cluster',
    places: [item('proposal', 'inline@1'), item('proposal', '1_answer@1')],
    run: (_app, agent, target) => approve(agent, target),
  },
  {
    name: 'reject',
    title: 'Reject…',
    icon: 'close',
    needs: 'cluster',
    places: [item('proposal', 'inline@2'), item('proposal', '1_answer@2')],
    run: (_app, agent, target) => reject(agent, target),
  },
  {
    name: 'showChange',
    title: 'Show Change',
    icon: 'diff',
    needs: 'cluster',
    places: [item('proposal', 'inline@3'), item('proposal', '2_change@1')],
    run: (_app, agent, target) => showChange(agent, target),
  },
  {
    name: 'injectFault',
    title: 'Inject Fault…',
    icon: 'flame',
    needs: 'cluster',
    places: [item('workload', 'inline@2'), item('workload', '1_workload@1')],
    run: (_app, agent, target) => injectFault(agent, target),
  },
  {
    name: 'endFault',
    title: 'End Fault…',
    icon: 'debug-stop',
    needs: 'cluster',
    places: [item('fault', 'inline@1')],
    run: (_app, agent, target) => endFault(agent, target),
  },
  {
    name: 'showLogs',
    title: 'Show Logs…',
    icon: 'output',
    needs: 'cluster',
    places: [item('/^(workload|pod)/', 'inline@3'), item('/^(workload|pod)/', '2_show@1')],
    run: (app, agent, target) => showLogs(app, agent, target),
  },
  {
    name: 'openDashboard',
    title: 'Open Dashboard',
    icon: 'dashboard',
    needs: 'nothing',
    places: [title('cluster'), item('/^(context|workload)/', '2_show@2')],
    run: (app) => app.dashboard.open(),
  },
  {
    name: 'openDashboardInBrowser',
    title: 'Open Dashboard in Browser',
    icon: 'link-external',
    needs: 'agent',
    run: (app, agent) => app.openDashboardInBrowser(agent),
  },
  {
    name: 'trainPolicy',
    title: 'Train Policy…',
    icon: 'mortar-board',
    needs: 'agent',
    places: [title('policies'), item('policyTask', 'inline@1'), item('policyTask', '1_policy@1')],
    run: (app, agent, target) => trainPolicy(app, agent, target),
  },
  {
    name: 'promotePolicy',
    title: 'Promote Policy…',
    icon: 'arrow-circle-up',
    needs: 'agent',
    places: [
      item('/^policy\\.(previous|stored)$/', 'inline@1'),
      item('/^policy\\.(previous|stored)$/', '1_policy@1'),
    ],
    run: (_app, agent, target) => promotePolicy(agent, target),
  },
  {
    name: 'rollbackPolicy',
    title: 'Roll Back Policy…',
    icon: 'discard',
    needs: 'agent',
    places: [item('policy.active', 'inline@1'), item('policy.active', '1_policy@1')],
    run: (_app, agent, target) => rollbackPolicy(agent, target),
  },
  {
    name: 'evaluatePolicy',
    title: 'Evaluate Policy…',
    icon: 'law',
    needs: 'agent',
    places: [
      item('/^policy\\.(active|previous|stored)$/', 'inline@2'),
      item('/^policy\\.(active|previous|stored)$/', '1_policy@2'),
    ],
    run: (_app, agent, target) => evaluatePolicy(agent, target),
  },
  {
    name: 'fineTunePolicy',
    title: 'Fine-Tune Policy…',
    needs: 'agent',
    places: [item('/^policy\\.(active|previous|stored)$/', '2_learn@1')],
    run: (app, agent, target) => fineTunePolicy(app, agent, target),
  },
  {
    name: 'cancelTraining',
    title: 'Cancel Training…',
    icon: 'debug-stop',
    needs: 'agent',
    places: [item('training', 'inline@2'), item('training', '1_training@2')],
    run: (_app, agent, target) => cancelTraining(agent, target),
  },
  {
    name: 'showTraining',
    title: 'Show Training Curves',
    icon: 'graph-line',
    needs: 'nothing',
    places: [item('training', 'inline@1'), item('training', '1_training@1')],
    run: (app, target) => app.dashboard.openTraining(target.trainingId ?? null),
  },
  {
    name: 'filterActivity',
    title: 'Filter Activity…',
    icon: 'filter',
    needs: 'cluster',
    places: [title('activity', '!coxswain.activityFiltered')],
    run: (app, agent) => app.activity.chooseFilter(agent),
  },
  {
    name: 'changeActivityFilter',
    title: 'Change Activity Filter…',
    icon: 'filter-filled',
    needs: 'cluster',
    inPalette: false,
    places: [title('activity', 'coxswain.activityFiltered', 'navigation@1')],
    run: (app, agent) => app.activity.chooseFilter(agent),
  },
  {
    name: 'clearActivityFilter',
    title: 'Clear Activity Filter',
    icon: 'clear-all',
    needs: 'cluster',
    places: [title('activity', 'coxswain.activityFiltered', 'navigation@2')],
    run: (app, agent) => app.activity.clearFilter(agent),
  },
  {
    name: 'loadMoreActivity',
    title: 'Load More Activity',
    needs: 'cluster',
    inPalette: false,
    run: (app, agent) => app.activity.loadMore(agent),
  },
  {
    name: 'restartAgent',
    title: 'Restart Agent',
    icon: 'refresh',
    needs: 'nothing',
    run: (app) => app.supervisor.restart(),
  },
  {
    name: 'openConfig',
    title: 'Open Configuration',
    icon: 'gear',
    needs: 'nothing',
    run: (app) => openConfig(app.store.state),
  },
  { name: 'diagnose', title: 'Diagnose', icon: 'pulse', needs: 'nothing', run: (app) => diagnose(app) },
  {
    name: 'showOutput',
    title: 'Show Agent Output',
    icon: 'output',
    needs: 'nothing',
    run: (app) => app.output.show(),
  },
];
