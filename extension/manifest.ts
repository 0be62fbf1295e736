import { COMMANDS, type Command, type MenuPlace } from './commands';
import { SETTINGS } from './config';
import { WALKTHROUGH } from './walkthrough';

const CATEGORY = 'Coxswain';

/**
 * From top to bottom. Six open at once would show three rows each: what is looked at least begins closed, and the view
 * above it takes its room.
 */
const VIEWS = [
  { id: 'cluster', name: 'Cluster', initialSize: 6 },
  { id: 'approvals', name: 'Approvals', initialSize: 4 },
  { id: 'canaries', name: 'Canaries', initialSize: 3, visibility: 'collapsed' },
  { id: 'chaos', name: 'Chaos', initialSize: 3 },
  { id: 'policies', name: 'Policies', initialSize: 2, visibility: 'collapsed' },
  { id: 'activity', name: 'Activity', initialSize: 4 },
] as const;

/** The parts of package.json that VS Code reads. `manifest.test.ts` holds package.json to it, and rewrites it with `-u`. */
export function manifest() {
  return {
    categories: ['Other', 'Visualization', 'Machine Learning'],
    keywords: [
      'kubernetes',
      'self-healing',
      'autoscaling',
      'canary',
      'chaos engineering',
      'reinforcement learning',
    ],
    icon: 'media/icon.png',
    main: './dist/extension.cjs',
    // It starts processes and reads the kubeconfig, so it runs where the workspace is.
    extensionKind: ['workspace'],
    // Views and commands activate by themselves.
    activationEvents: [
      'workspaceContains:coxswain.yaml',
      'workspaceContains:chaos/*.yaml',
      'workspaceContains:**/*.chaos.yaml',
      'onWebviewPanel:coxswain.dashboard',
    ],
    capabilities: {
      untrustedWorkspaces: {
        supported: 'limited',
        description:
          'In an untrusted workspace Coxswain ignores its coxswain.yaml and connects to the embedded cluster only.',
        restrictedConfigurations: settingEntries()
          .filter(([, { restricted }]) => restricted)
          .map(([key]) => `coxswain.${key}`),
      },
      virtualWorkspaces: {
        supported: 'limited',
        description: 'coxswain.yaml is read from folders on disk only; without one the defaults apply.',
      },
    },
    contributes: {
      viewsContainers: {
        activitybar: [{ id: 'coxswain', title: 'Coxswain', icon: 'media/activity-bar.svg' }],
      },
      views: {
        coxswain: VIEWS.map(({ id, ...view }) => ({
          ...view,
          id: `coxswain.${id}`,
          icon: 'media/activity-bar.svg',
          contextualTitle: 'Coxswain',
        })),
      },
      viewsWelcome: WELCOMES,
      commands: COMMANDS.map(commandEntry),
      menus: {
        commandPalette: COMMANDS.flatMap(paletteEntries),
        'view/title': menuEntries('view/title'),
        'view/item/context': menuEntries('view/item/context'),
        'editor/title': menuEntries('editor/title'),
      },
      keybindings: COMMANDS.flatMap(({ name, keys }) =>
        keys ? [{ command: `coxswain.${name}`, ...keys }] : [],
      ),
      configuration: {
        title: 'Coxswain',
        properties: Object.fromEntries(
          settingEntries().map(([key, { restricted: _, ...declaration }]) => [
            `coxswain.${key}`,
            declaration,
          ]),
        ),
      },
      walkthroughs: [WALKTHROUGH],
    },
  };
}

function settingEntries() {
  return Object.entries(SETTINGS);
}

function commandEntry({ name, title, icon }: Command) {
  return {
    command: `coxswain.${name}`,
    title,
    category: CATEGORY,
    ...(icon === undefined ? {} : { icon: `$(${icon})` }),
  };
}

/** The palette has what can be done now; all else would hide it. */
function paletteEntries({ name, needs, inPalette }: Command) {
  const command = `coxswain.${name}`;
  if (inPalette === false) return [{ command, when: 'false' }];
  return needs === 'cluster' && inPalette !== 'always'
    ? [{ command, when: 'coxswain.state == connected' }]
    : [];
}

function menuEntries(menu: MenuPlace['menu']) {
  return COMMANDS.flatMap(({ name, places = [] }) =>
    places
      .filter((place) => place.menu === menu)
      .map(({ when, group }) => ({ command: `coxswain.${name}`, when, group })),
  );
}

/** Shown in a view that is empty. */
const WELCOMES = [
  {
    view: 'coxswain.cluster',
    when: 'coxswain.state == disconnected && isWorkspaceTrusted',
    contents:
      'Not connected to a cluster.\n[Connect to Context](command:coxswain.connect)\n[Start Embedded Cluster](command:coxswain.startEmbeddedCluster)\nThe embedded cluster needs no Kubernetes, and has demo apps under load. The [walkthrough](command:workbench.action.openWalkthrough?%22coxswain.coxswain%23start%22) begins with it; the [documentation](command:coxswain.openDocumentation) has the rest.',
  },
  {
    view: 'coxswain.cluster',
    when: 'coxswain.state == disconnected && !isWorkspaceTrusted',
    contents:
      'In an untrusted workspace Coxswain connects to the embedded cluster only.\n[Start Embedded Cluster](command:coxswain.startEmbeddedCluster)\n[Manage Workspace Trust](command:workbench.trust.manage)',
  },
  {
    view: 'coxswain.cluster',
    when: 'coxswain.state == failed',
    contents:
      'The cluster could not be connected; the status bar says why.\n[Choose Context](command:coxswain.connect)\n[Start Embedded Cluster](command:coxswain.startEmbeddedCluster)\n[Diagnose](command:coxswain.diagnose)',
  },
  {
    view: 'coxswain.cluster',
    when: 'coxswain.state == down',
    contents:
      'The agent does not run; the status bar says why.\n[Restart Agent](command:coxswain.restartAgent)\n[Show Agent Output](command:coxswain.showOutput)',
  },
  {
    view: 'coxswain.cluster',
    when: 'coxswain.state =~ /^(re)?starting$/',
    contents: 'The agent is starting.\n[Show Agent Output](command:coxswain.showOutput)',
  },
  {
    view: 'coxswain.cluster',
    when: 'coxswain.state == connecting',
    contents: 'Connecting to the cluster.\n[Show Agent Output](command:coxswain.showOutput)',
  },
  {
    view: 'coxswain.approvals',
    when: 'coxswain.state != connected',
    contents: 'Nothing waits for your approval. In mode approve each action does.',
  },
  {
    view: 'coxswain.approvals',
    when: 'coxswain.state == connected',
    contents:
      'Nothing waits for your approval. In mode approve each action does: [switch the mode](command:coxswain.setMode).',
  },
  {
    view: 'coxswain.canaries',
    when: 'coxswain.state == connected',
    contents:
      'Nothing here can be released step by step yet. Make a Deployment a canary: the manifests are shown for review, and nothing is changed before you apply them.\n[Make Canary](command:coxswain.makeCanary)\nRollouts of Argo and Canaries of Flagger show here by themselves.',
  },
  {
    view: 'coxswain.canaries',
    when: 'coxswain.state =~ /^(disconnected|connecting|failed)$/',
    contents:
      'A canary sends a share of the traffic to a new version, and goes on or back by the evidence. It needs a cluster; the embedded one has an app to try it on.\n[Start Embedded Cluster](command:coxswain.startEmbeddedCluster)\n[Connect to Context](command:coxswain.connect)',
  },
  {
    view: 'coxswain.canaries',
    when: 'coxswain.state =~ /^(re)?starting$/',
    contents: 'The agent is starting.\n[Show Agent Output](command:coxswain.showOutput)',
  },
  {
    view: 'coxswain.canaries',
    when: 'coxswain.state == down',
    contents:
      'The agent does not run, so nothing can be released.\n[Restart Agent](command:coxswain.restartAgent)',
  },
  {
    view: 'coxswain.chaos',
    when: 'coxswain.state =~ /^(disconnected|connecting|failed)$/',
    contents:
      'Experiments inject controlled failures and check what has to hold all the same. They need a cluster.\n[Start Embedded Cluster](command:coxswain.startEmbeddedCluster)\n[New Experiment](command:coxswain.newExperiment)\nDoes healing help? [Evaluate it](command:coxswain.evaluateTask?%5B%7B%22task%22%3A%22heal%22%7D%5D) in the simulator on this machine.',
  },
  {
    view: 'coxswain.chaos',
    when: 'coxswain.state =~ /^(re)?starting$/',
    contents: 'The agent is starting.\n[Show Agent Output](command:coxswain.showOutput)',
  },
  {
    view: 'coxswain.chaos',
    when: 'coxswain.state == down',
    contents:
      'The agent does not run, so no experiment can be run.\n[Restart Agent](command:coxswain.restartAgent)',
  },
  {
    view: 'coxswain.policies',
    when: 'coxswain.state =~ /^(disconnected|connecting|connected|failed)$/',
    contents:
      'No policy has been learned yet: the rules of the tasks decide.\n[Train Policy](command:coxswain.trainPolicy)\nIt learns in a simulator on this machine, needs no cluster, and decides nothing until you promote it. [Evaluate a task](command:coxswain.evaluateTask) to see what its rules and the policies that come with Coxswain are worth.',
  },
  {
    view: 'coxswain.policies',
    when: 'coxswain.state =~ /^(re)?starting$/',
    contents: 'The agent is starting.\n[Show Agent Output](command:coxswain.showOutput)',
  },
  {
    view: 'coxswain.policies',
    when: 'coxswain.state == down',
    contents:
      'The agent does not run, so nothing can be learned.\n[Restart Agent](command:coxswain.restartAgent)',
  },
  {
    view: 'coxswain.activity',
    when: '!coxswain.activityFiltered',
    contents: 'Nothing has been recorded yet.',
  },
  {
    view: 'coxswain.activity',
    when: 'coxswain.activityFiltered',
    contents: 'Nothing matches the filter.\n[Clear Filter](command:coxswain.clearActivityFilter)',
  },
];
