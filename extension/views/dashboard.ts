import * as vscode from 'vscode';
import type { Method, Params, ServerMessage } from '../../agent/protocol';
import { CoxswainError, toErrorInfo } from '../../agent/protocol/errors';
import type { DecisionRef, HostMessage } from '../../webview/transport/hostMessage';
import { agentNotRunning } from '../agent/state';
import type { StateStore } from '../agent/stateStore';
import type { AgentSupervisor } from '../agent/supervisor';
import { dashboardHtml } from './dashboardHtml';

const VIEW_TYPE = 'coxswain.dashboard';

/** What its page may link to. */
const LINKED_COMMANDS = ['coxswain.openCalibrationPatch'];

/** The dashboard in an editor tab. All that reaches or leaves its page are messages through this class. */
export class Dashboard implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #distFolder: vscode.Uri;
  readonly #store: StateStore;
  readonly #supervisor: AgentSupervisor;
  readonly #registrations: vscode.Disposable;
  #panel: vscode.WebviewPanel | null = null;
  /** Whether the page that is alive now has asked for the state. */
  #following = false;
  /** What the page has to be told once it follows. */
  #wanted: HostMessage | null = null;

  constructor(distFolder: vscode.Uri, store: StateStore, supervisor: AgentSupervisor) {
    this.#distFolder = distFolder;
    this.#store = store;
    this.#supervisor = supervisor;
    this.#registrations = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
      store.relayed.on((message) => this.#relay(message)),
    );
  }

  open(): void {
    if (this.#panel) this.#panel.reveal();
    else this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, 'Coxswain', vscode.ViewColumn.Active));
  }

  /** Opens it on the curves of a training, or of the newest. */
  openTraining(trainingId: string | null): void {
    this.#openOn({ kind: 'show-training', trainingId });
  }

  /** Opens it on what runs, and how the workloads have recovered. */
  openChaos(): void {
    this.#openOn({ kind: 'show-chaos' });
  }

  /** Opens it on who scales a workload, and how; null for the one that it shows. */
  openScaling(workloadId: string | null): void {
    this.#openOn({ kind: 'show-scaling', workloadId });
  }

  /** Opens it on a release; null for the one that it shows. */
  openRelease(releaseId: string | null): void {
    this.#openOn({ kind: 'show-release', releaseId });
  }

  /** Opens it on a calibration, or on what is being calibrated. */
  openCalibration(calibrationId: string | null): void {
    this.#openOn({ kind: 'show-calibration', calibrationId });
  }

  /** Opens it on why a decision was what it was. */
  openExplanation(decision: DecisionRef): void {
    this.#openOn({ kind: 'show-explanation', decision });
  }

  /** After a reload of the window; the page keeps its own choices by `setState`. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#panel?.dispose();
    this.#adopt(panel);
  }

  /** The panel itself is left alone: the window that closes keeps it, to bring it back after a reload. */
  dispose(): void {
    this.#registrations.dispose();
  }

  #openOn(wanted: HostMessage): void {
    this.#wanted = wanted;
    this.open();
    if (this.#panel && this.#following) this.#tellWanted(this.#panel);
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    this.#panel = panel;
    this.#following = false;
    panel.iconPath = new vscode.ThemeIcon('dashboard');
    webview.options = {
      enableScripts: true,
      localResourceRoots: [this.#distFolder],
      enableCommandUris: LINKED_COMMANDS,
    };
    webview.onDidReceiveMessage((message) => void this.#receive(panel, message));
    panel.onDidChangeViewState(() => {
      // A hidden page is discarded; the one that is made when it shows again asks anew.
      if (!panel.visible) this.#following = false;
    });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = null;
    });
    webview.html = dashboardHtml({
      scriptUri: this.#uri(webview, 'webview.js'),
      styleUri: this.#uri(webview, 'webview.css'),
      cspSource: webview.cspSource,
      nonce: crypto.randomUUID(),
    });
  }

  #uri(webview: vscode.Webview, file: string): string {
    return webview.asWebviewUri(vscode.Uri.joinPath(this.#distFolder, file)).toString();
  }

  #relay(message: ServerMessage): void {
    if (this.#panel && this.#following) post(this.#panel, message);
  }

  async #receive(panel: vscode.WebviewPanel, received: unknown): Promise<void> {
    // The schemas are loaded when a page first needs them: the extension's own start has no use for them.
    const { ClientMessage } = await import('../../agent/protocol/messages');
    const { isMethod } = await import('../../agent/protocol/requests');
    const message = ClientMessage.safeParse(received);
    if (!message.success) return post(panel, { kind: 'failure', id: null, error: malformed() });
    if (message.data.kind === 'subscribe') return this.#subscribe(panel);
    const { id, method, params } = message.data;
    try {
      // The stream's token is for this process alone: no secret reaches a page.
      if (!isMethod(method) || method === 'stream') throw notForPages(method);
      post(panel, { kind: 'response', id, result: await this.#forward(method, params) });
    } catch (error) {
      post(panel, { kind: 'failure', id, error: toErrorInfo(error) });
    }
  }

  #subscribe(panel: vscode.WebviewPanel): void {
    const { state } = this.#store;
    this.#following = true;
    if (state.kind === 'running') post(panel, { kind: 'snapshot', snapshot: state.snapshot });
    else post(panel, { kind: 'goodbye', error: agentNotRunning(state).toInfo() });
    this.#tellWanted(panel);
  }

  #tellWanted(panel: vscode.WebviewPanel): void {
    if (this.#wanted) post(panel, this.#wanted);
    this.#wanted = null;
  }

  async #forward(method: Method, params: unknown): Promise<unknown> {
    const agent = await this.#supervisor.whenRunning();
    // The agent checks the parameters against the same table.
    return agent.request(method, params as Params<Method>);
  }
}

function post(panel: vscode.WebviewPanel, message: ServerMessage | HostMessage): void {
  void panel.webview.postMessage(message);
}

function notForPages(method: string): CoxswainError {
  return new CoxswainError(
    'message-malformed',
    `The dashboard cannot ask for "${method}".`,
    'Reload the window.',
  );
}

function malformed() {
  return new CoxswainError(
    'message-malformed',
    'The dashboard sent a message that is not of the protocol.',
    'Reload the window.',
  ).toInfo();
}
