import { render } from 'lit';
import { type AgentSnapshot, clusterNowMs } from '../agent/protocol';
import { createActions } from './actions';
import { AgentClient } from './agentClient';
import type { LiveFrame, TrainingFrame } from './charts/frame';
import { FrameMaker } from './charts/frames';
import { LIVE_PANEL } from './charts/liveCharts';
import { PanelSlot } from './charts/panelSlot';
import { TRAINING_PANELS } from './charts/trainingCharts';
import { TrainingFrameMaker } from './charts/trainingFrames';
import { proposalTitle, waitingProposals } from './model/proposals';
import { countedSinceMs, recoveryVersion } from './model/recovery';
import { shownTraining } from './model/trainings';
import { shownWorkload } from './model/workloads';
import { Question } from './question';
import { Requests } from './requests';
import { watchTheme } from './themeWatch';
import { Toasts } from './toasts';
import type { HostMessage } from './transport/hostMessage';
import type { Transport } from './transport/transport';
import { type Pane, restoreUiState, type UiState } from './uiState';
import { showNewDialog } from './view/modal';
import { page, startPage } from './view/page';
import type { Actions, Dialog, View } from './view/view';

/** Where the user's choices on the page outlive a reload. */
export interface UiStorage {
  load(): unknown;
  save(state: UiState): void;
}

const TICK_MS = 1000;

/** The page: holds what is shown, and draws it at most once a frame. */
export class Dashboard {
  readonly #root: HTMLElement;
  readonly #storage: UiStorage;
  readonly #client: AgentClient;
  readonly #toasts = new Toasts(() => this.#schedule());
  readonly #frames = new FrameMaker(
    () => this.#nowMs(),
    (bar) => this.#choose({ selectedId: bar?.id ?? null }),
  );
  readonly #trainingFrames = new TrainingFrameMaker();
  readonly #liveCharts = new PanelSlot<LiveFrame>();
  readonly #trainingCharts = new PanelSlot<TrainingFrame>();
  readonly #actions: Actions;
  readonly #explanation: Question<'explainDecision'>;
  readonly #recoveries: Question<'recoveryStatistics'>;
  #ui: UiState;
  #dialog: Dialog = { kind: 'none' };
  #announced: ReadonlySet<string> = new Set();
  #announcement = '';
  #scheduled = false;
  #tick = 0;

  constructor(root: HTMLElement, transport: Transport, storage: UiStorage) {
    this.#root = root;
    this.#storage = storage;
    this.#ui = restoreUiState(storage.load());
    this.#client = new AgentClient(
      transport,
      window,
      () => this.#schedule(),
      (error) => this.#toasts.failed('The agent reports a problem', error),
    );
    this.#explanation = new Question(this.#client, 'explainDecision', () => this.#schedule());
    this.#recoveries = new Question(this.#client, 'recoveryStatistics', () => this.#schedule());
    const requests = new Requests(this.#client, this.#toasts);
    this.#actions = createActions(this.#client, requests, {
      showDialog: (dialog) => this.#showDialog(dialog),
      choose: (part) => this.#choose(part),
      dismiss: (toastId) => this.#toasts.dismiss(toastId),
      explainAgain: () => {
        this.#explanation.forget();
        this.#schedule();
      },
    });
    setInterval(() => {
      this.#tick += 1;
      this.#schedule();
    }, TICK_MS);
    watchTheme(() => {
      this.#liveCharts.recolour();
      this.#trainingCharts.recolour();
    });
    addEventListener('keydown', (event) => {
      if (event.altKey && event.shiftKey && event.code === 'KeyS') this.#actions.emergencyStop();
    });
  }

  /** Opens the pane that VS Code wants to be seen. */
  show(wanted: HostMessage): void {
    switch (wanted.kind) {
      case 'show-training':
        this.#choose({ pane: 'training', trainingId: wanted.trainingId });
        break;
      case 'show-chaos':
        this.#choose({ pane: 'chaos' });
        break;
      case 'show-explanation':
        this.#choose({ pane: 'explanation', decision: wanted.decision });
        break;
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#render();
    });
  }

  #render(): void {
    const { snapshot, transportState } = this.#client;
    if (snapshot === null) {
      render(startPage(transportState, Date.now(), this.#actions.reconnect), this.#root);
      return;
    }
    const workload = shownWorkload(snapshot.workloads, this.#ui.workloadId);
    const training = shownTraining(snapshot.trainings, this.#ui.trainingId);
    const pane = shownPane(this.#ui.pane, workload, training);
    this.#announce(snapshot);
    this.#ask(pane, snapshot);
    const frame = workload && this.#frames.make(snapshot, workload, this.#ui, this.#tick);
    const view: View = {
      snapshot,
      transport: transportState,
      ui: this.#ui,
      workload,
      training,
      pane,
      selected: frame?.marks.bars.find(({ id }) => id === this.#ui.selectedId) ?? null,
      explanation: this.#explanation.answer,
      recoveries: this.#recoveries.answer,
      wallMs: Date.now(),
      nowMs: this.#nowMs(),
      dialog: this.#dialog,
      toasts: this.#toasts.list,
      announcement: this.#announcement,
      actions: this.#actions,
    };
    const charts = { live: this.#liveCharts.mount, training: this.#trainingCharts.mount };
    renderKeepingFocus(this.#root, () => render(page(view, charts), this.#root));
    showNewDialog(this.#root);
    this.#drawCharts(view, frame);
  }

  /** Reads what the pane shows beside the state, where it is not known already. */
  #ask(pane: Pane, snapshot: AgentSnapshot): void {
    const { decision, recoveryHours } = this.#ui;
    if (pane === 'explanation' && decision) {
      this.#explanation.ask(JSON.stringify(decision), String(snapshot.pid), decision);
    }
    if (pane === 'chaos') {
      const sinceMs = countedSinceMs(recoveryHours, this.#nowMs());
      this.#recoveries.ask(
        String(recoveryHours),
        recoveryVersion(snapshot),
        sinceMs === undefined ? {} : { sinceMs },
      );
    }
  }

  #drawCharts({ pane, snapshot, training }: View, frame: LiveFrame | null): void {
    if (pane === 'training' && training) {
      const curves = this.#trainingFrames.make(training, snapshot.models);
      this.#trainingCharts.show(curves, TRAINING_PANELS[training.algorithm]);
    } else if (frame) {
      this.#liveCharts.show(frame, LIVE_PANEL);
    }
  }

  /** Says once what newly waits, for those who do not see the cards come. */
  #announce(snapshot: AgentSnapshot): void {
    const waiting = waitingProposals(snapshot.proposals);
    const fresh = waiting.filter((proposal) => !this.#announced.has(proposal.id));
    this.#announced = new Set(waiting.map((proposal) => proposal.id));
    if (fresh.length === 0) return;
    const titles = fresh.map((proposal) => `${proposalTitle(proposal)} for ${proposal.workload.name}`);
    this.#announcement = `Waiting for you: ${titles.join('; ')}`;
  }

  #nowMs(): number {
    const clock = this.#client.snapshot?.clock;
    return clock ? clusterNowMs(clock, Date.now()) : Date.now();
  }

  #showDialog(dialog: Dialog): void {
    this.#dialog = dialog;
    this.#schedule();
  }

  #choose(part: Partial<UiState>): void {
    this.#ui = { ...this.#ui, ...part };
    this.#storage.save(this.#ui);
    this.#schedule();
  }
}

/** What was chosen, as far as there is something to see of it. */
function shownPane(chosen: Pane | null, workload: View['workload'], training: View['training']): Pane {
  if (chosen === 'training') return training === null ? 'live' : 'training';
  return chosen ?? (workload === null && training !== null ? 'training' : 'live');
}

/** Renders, and where that removed the card that had the focus, moves the focus to the middle. */
function renderKeepingFocus(root: HTMLElement, draw: () => void): void {
  const focused = document.activeElement;
  const inCard = focused?.closest('.card') instanceof Element;
  draw();
  if (inCard && !focused?.isConnected) root.querySelector<HTMLElement>('.middle')?.focus();
}
