import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { fromErrorInfo } from '../agent/protocol/errors';
import { PROTOCOL_VERSION } from '../agent/protocol/version';
import type { AgentSession } from './agent/session';
import { type AgentState, contextKey, outOfTouch, pendingProposals } from './agent/state';
import { type StateChange, StateStore } from './agent/stateStore';
import { AgentSupervisor, type RunningAgent } from './agent/supervisor';
import { AlertAddresses } from './alertAddresses';
import { ClusterProcess } from './clusterProcess';
import { Connections } from './connections';
import { CONFIG_NAME } from './flows/configTemplate';
import { EXPERIMENT_GLOBS } from './flows/experimentPlaces';
import { showError } from './flows/ui';
import { notify } from './notifications';
import type { Disposable } from './signal';
import { ResilienceTests } from './testExplorer';
import { ActivityView } from './views/activityView';
import { approvalsTree } from './views/approvalsTree';
import { canaryTree, releasingCount } from './views/canaryTree';
import { registerChangeDocuments } from './views/changeDocuments';
import { chaosTree, runningCount } from './views/chaosTree';
import { clusterMessage, clusterTree } from './views/clusterTree';
import { Dashboard } from './views/dashboard';
import { EvaluationPanel } from './views/evaluationPanel';
import { NodeTree } from './views/nodeTree';
import { policiesTree } from './views/policiesTree';
import { ReportDocuments } from './views/reportDocuments';
import { ReportPanel } from './views/reportPanel';
import { StatusBar } from './views/statusBar';
import { statusBarModel } from './views/statusBarModel';

/** Changes come in bursts; views are redrawn at most this often. */
const REDRAW_MS = 100;
const FILES_DELAY_MS = 300;
/** Ages and time left go on by themselves. */
const TICK_MS = 1000;

/** Everything that lives as long as the extension, and who ends it. */
export class App {
  readonly context: vscode.ExtensionContext;
  readonly output = vscode.window.createOutputChannel('Coxswain', { log: true });
  readonly store = new StateStore();
  readonly supervisor: AgentSupervisor;
  readonly cluster: ClusterProcess;
  readonly connections: Connections;
  readonly alertAddresses: AlertAddresses;
  readonly reports = new ReportDocuments();
  readonly dashboard: Dashboard;
  readonly activity: ActivityView;
  readonly evaluation: EvaluationPanel;
  readonly simulations = new ReportPanel('coxswain.simulation', 'play-circle');
  readonly costs = new ReportPanel('coxswain.costs', 'credit-card');
  readonly #clusterTree: NodeTree;
  readonly #approvalsTree: NodeTree;
  readonly #canaryTree: NodeTree;
  readonly #chaosTree: NodeTree;
  readonly #policiesTree: NodeTree;
  readonly #statusBar = new StatusBar();
  readonly #disposables: Disposable[];
  /** What has to have ended before the window may close. */
  readonly #endings = new Set<() => Promise<unknown>>();
  #redrawTimer: NodeJS.Timeout | undefined;
  #experimentsTimer: NodeJS.Timeout | undefined;
  #contextKey = '';

  constructor(context: vscode.ExtensionContext) {
    this.context = context;
    this.alertAddresses = new AlertAddresses(context.secrets);
    this.supervisor = new AgentSupervisor(() => this.#launch(), this.store, WALL_CLOCK);
    this.cluster = new ClusterProcess((line) => this.output.appendLine(line));
    this.connections = new Connections({
      supervisor: this.supervisor,
      cluster: this.cluster,
      agentPath: this.#agentPath,
      embeddedFolder: embeddedFolder(context),
      memory: context.workspaceState,
    });
    const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
    this.dashboard = new Dashboard(dist, this.store, this.supervisor);
    this.activity = new ActivityView(this.store);
    this.evaluation = new EvaluationPanel(vscode.Uri.joinPath(context.globalStorageUri, 'evaluation'));
    this.#clusterTree = new NodeTree('coxswain.cluster', () => clusterTree(this.store.state, Date.now()));
    this.#approvalsTree = new NodeTree('coxswain.approvals', () =>
      approvalsTree(this.store.state, Date.now()),
    );
    this.#canaryTree = new NodeTree('coxswain.canaries', () => canaryTree(this.store.state, Date.now()));
    this.#chaosTree = new NodeTree('coxswain.chaos', () => chaosTree(this.store.state, Date.now()));
    this.#policiesTree = new NodeTree('coxswain.policies', () => policiesTree(this.store.state, Date.now()));
    this.#disposables = [
      ...this.#subscriptions(),
      registerChangeDocuments(this.store),
      this.#statusBar,
      this.#clusterTree,
      this.#approvalsTree,
      this.#canaryTree,
      this.#chaosTree,
      this.#policiesTree,
      new ResilienceTests(this.store, this.supervisor),
      this.activity,
      this.dashboard,
      this.evaluation,
      this.simulations,
      this.costs,
      this.reports,
    ];
    this.#redraw();
  }

  /** The address carries the agent's token in its fragment, which browsers send to no server. */
  async openDashboardInBrowser(agent: RunningAgent): Promise<void> {
    const { dashboardUrl } = await agent.request('stream', {});
    await vscode.env.openExternal(vscode.Uri.parse(dashboardUrl, true));
  }

  /** Calls `end` when the window closes, which waits for it; disposed once there is nothing to end any more. */
  whenDisposed(end: () => Promise<unknown>): Disposable {
    this.#endings.add(end);
    return { dispose: () => this.#endings.delete(end) };
  }

  /** Resolves when the agent, the embedded cluster and whatever else was started have ended. */
  async dispose(): Promise<void> {
    clearTimeout(this.#redrawTimer);
    clearTimeout(this.#experimentsTimer);
    for (const disposable of this.#disposables) disposable.dispose();
    const endings = [...this.#endings].map((end) => end());
    await Promise.all([this.supervisor.dispose(), this.cluster.dispose(), ...endings]);
    this.store.dispose();
    this.output.dispose();
  }

  get #agentPath(): string {
    return join(this.context.extensionPath, 'dist', 'agent.cjs');
  }

  #subscriptions(): Disposable[] {
    const ticker = setInterval(() => this.#redraw(), TICK_MS);
    const configs = vscode.workspace.createFileSystemWatcher(`**/${CONFIG_NAME}`);
    const onConfig = () => shown(this.connections.onConfigMoved());
    const experiments = EXPERIMENT_GLOBS.map((glob) => vscode.workspace.createFileSystemWatcher(glob));
    return [
      { dispose: () => clearInterval(ticker) },
      this.store.changed.on((change) => this.#onChange(change)),
      this.supervisor.ready.on(() => shown(this.connections.onAgentReady())),
      this.supervisor.gaveUp.on((error) => showError(fromErrorInfo(error))),
      this.cluster.died.on((error) => shown(this.connections.onClusterDied(error))),
      vscode.workspace.onDidGrantWorkspaceTrust(() => shown(this.supervisor.restart())),
      ...experiments,
      ...experiments.flatMap((files) => [
        files.onDidCreate(() => this.#readExperiments()),
        files.onDidChange(() => this.#readExperiments()),
        files.onDidDelete(() => this.#readExperiments()),
      ]),
      configs,
      configs.onDidCreate(onConfig),
      configs.onDidDelete(onConfig),
      configs.onDidChange(() => {
        // An agent that runs reloads the file by itself; one that refused it gets another chance.
        if (this.store.state.kind === 'down') shown(this.supervisor.restart());
      }),
    ];
  }

  async #launch(): Promise<AgentSession> {
    const { globalStorageUri } = this.context;
    await vscode.workspace.fs.createDirectory(globalStorageUri);
    const configPath = await this.connections.takeConfig();
    // Activation has to be quick: client and schemas are loaded when there is an agent to talk to.
    const { launchAgent } = await import('./agent/launch');
    return launchAgent({
      agentPath: this.#agentPath,
      stateDirectory: globalStorageUri.fsPath,
      configPath,
      initialization: { protocolVersion: PROTOCOL_VERSION, trusted: vscode.workspace.isTrusted },
      output: this.output,
      secret: (name) => this.alertAddresses.get(name),
    });
  }

  /** Files come in bursts, as of a checkout; the agent reads all of them at once. */
  #readExperiments(): void {
    clearTimeout(this.#experimentsTimer);
    this.#experimentsTimer = setTimeout(() => {
      const agent = this.supervisor.running;
      if (agent?.snapshot.connection.kind === 'connected') shown(agent.request('experiments', {}));
    }, FILES_DELAY_MS);
  }

  #onChange(change: StateChange): void {
    notify(change, this.supervisor.running);
    this.#redrawTimer ??= setTimeout(() => {
      this.#redrawTimer = undefined;
      this.#redraw();
    }, REDRAW_MS);
  }

  #redraw(): void {
    const { state } = this.store;
    this.#statusBar.render(statusBarModel(state, Date.now()));
    this.#clusterTree.view.message = clusterMessage(state) ?? '';
    this.#clusterTree.refresh();
    this.#approvalsTree.view.badge = badge(state);
    this.#approvalsTree.refresh();
    this.#canaryTree.view.message = canaryMessage(state);
    this.#canaryTree.view.badge = canaryBadge(state);
    this.#canaryTree.refresh();
    this.#chaosTree.view.message = chaosMessage(state);
    this.#chaosTree.view.badge = chaosBadge(state);
    this.#chaosTree.refresh();
    this.#policiesTree.refresh();
    this.#setContextKey(contextKey(state));
  }

  #setContextKey(key: string): void {
    if (key === this.#contextKey) return;
    this.#contextKey = key;
    void vscode.commands.executeCommand('setContext', 'coxswain.state', key);
  }
}

const WALL_CLOCK = {
  nowMs: () => Date.now(),
  schedule(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Below the agent's state, where an untrusted workspace may connect; each workspace has a cluster of its own. */
function embeddedFolder({ globalStorageUri, storageUri }: vscode.ExtensionContext): vscode.Uri {
  const workspace = storageUri ? basename(dirname(storageUri.fsPath)) : 'no-folder';
  return vscode.Uri.joinPath(globalStorageUri, 'embedded', workspace);
}

function badge(state: AgentState): vscode.ViewBadge | undefined {
  const value = pendingProposals(state).length;
  if (value === 0) return undefined;
  return {
    value,
    tooltip: value === 1 ? '1 action waits for approval' : `${value} actions wait for approval`,
  };
}

/** Above what runs and has run, where that may no longer be true. */
function chaosMessage(state: AgentState): string {
  const why = chaosTree(state, 0).length > 0 ? outOfTouch(state) : null;
  return why === null ? '' : `Old: ${why}.`;
}

/** The same above the releases. */
function canaryMessage(state: AgentState): string {
  const why = canaryTree(state, 0).length > 0 ? outOfTouch(state) : null;
  return why === null ? '' : `Old: ${why}.`;
}

function canaryBadge(state: AgentState): vscode.ViewBadge | undefined {
  const value = releasingCount(state);
  if (value === 0) return undefined;
  return { value, tooltip: value === 1 ? '1 release is under way' : `${value} releases are under way` };
}

function chaosBadge(state: AgentState): vscode.ViewBadge | undefined {
  const value = runningCount(state);
  if (value === 0) return undefined;
  return { value, tooltip: value === 1 ? '1 experiment runs' : `${value} experiments run` };
}

/** Nobody waits for this, so its failure is told to the user. */
function shown(task: Promise<unknown>): void {
  task.catch(showError);
}
