import { approve, reject, showChange } from '../flows/approvals';
import { emergencyStop, pause, resume, setMode } from '../flows/control';
import { explainDecision } from '../flows/explanations';
import { showLogs } from '../flows/reports';
import { type Command, item, title } from './command';

/** The cluster, the mode, and what waits for the person. */
export const STEERING_COMMANDS: readonly Command[] = [
  {
    name: 'connect',
    title: 'Connect to Context…',
    icon: 'plug',
    needs: 'agent',
    places: [title('cluster')],
    run: (app, agent) => app.connections.connect(agent),
  },
  {
    name: 'disconnect',
    title: 'Disconnect',
    icon: 'debug-disconnect',
    needs: 'agent',
    places: [
      title('cluster', 'coxswain.state =~ /^(connected|connecting|failed)$/', '1_cluster@1'),
      item('context', '3_leave@1'),
    ],
    run: (app, agent) => app.connections.disconnect(agent),
  },
  {
    name: 'startEmbeddedCluster',
    title: 'Start Embedded Cluster',
    icon: 'play',
    needs: 'agent',
    places: [title('cluster', '', '1_cluster@2')],
    run: (app) => app.connections.startEmbedded(),
  },
  {
    name: 'stopEmbeddedCluster',
    title: 'Stop Embedded Cluster',
    needs: 'nothing',
    places: [title('cluster', '', '1_cluster@3')],
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
    // Whoever looks for it in need is to find it, and to be told why where it cannot be done.
    inPalette: 'always',
    keys: { key: 'ctrl+alt+shift+s', mac: 'cmd+alt+shift+s' },
    places: [
      title('cluster', 'coxswain.state == connected', '2_stop@1'),
      title('chaos', 'coxswain.state == connected', 'navigation@9'),
    ],
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
    name: 'explainDecision',
    title: 'Explain Decision…',
    icon: 'lightbulb',
    needs: 'cluster',
    places: [item('/^(proposal|decision)$/', 'inline@4'), item('/^(proposal|decision)$/', '2_change@2')],
    run: (app, agent, target) => explainDecision(app, agent, target),
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
];
