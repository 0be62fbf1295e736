import { render } from 'lit';
import { type AgentSnapshot, clusterNowMs, type ScalingState } from '../agent/protocol';
import { createActions } from './actions';
import { AgentClient } from './agentClient';
import type { LiveFrame, ReleaseFrame, ScalingFrame, TrainingFrame } from './charts/frame';
import { FrameMaker } from './charts/frames';
import { LIVE_PANEL } from './charts/liveCharts';
import { PanelSlot } from './charts/panelSlot';
import { RELEASE_PANEL } from './charts/releaseCharts';
import { ReleaseFrameMaker } from './charts/releaseFrames';
import { ScalingFrameMaker } from './charts/scalingFrames';
import { TRAINING_PANELS } from './charts/trainingCharts';
import { TrainingFrameMaker } from './charts/trainingFrames';
import { shownCalibration } from './model/calibration';
import { proposalTitle, waitingProposals } from './model/proposals';
import { countedSinceMs, recoveryVersion } from './model/recovery';
import { shownRelease } from './model/releases';
import { shownTraining } from './model/trainings';
import { shownWorkload } from './model/workloads';
import { PriceSetter } from './priceSetter';
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
/** Costs change slowly, and are read from the journal. */
const COSTS_SINCE_SECONDS = 24 * 3600;
const COSTS_EVERY_MS = 60_000;

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
  readonly #scalingFrames = new ScalingFrameMaker(
    () => this.#nowMs(),
    (bar) => this.#choose({ selectedId: bar?.id ?? null }),
  );
  readonly #releaseFrames = new ReleaseFrameMaker(
    () => this.#nowMs(),
    (bar) => this.#choose({ selectedId: bar?.id ?? null }),
  );
  readonly #trainingFrames = new TrainingFrameMaker();
  readonly #liveCharts = new PanelSlot<LiveFrame>();
  readonly #scalingCharts = new PanelSlot<ScalingFrame>();
  readonly #releaseCharts = new PanelSlot<ReleaseFrame>();
  readonly #trainingCharts = new PanelSlot<TrainingFrame>();
  readonly #actions: Actions;
  readonly #explanation: Question<'explainDecision'>;
  readonly #recoveries: Question<'recoveryStatistics'>;
  readonly #costs: Question<'costReport'>;
  readonly #prices: PriceSetter;
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
    this.#costs = new Question(this.#client, 'costReport', () => this.#schedule());
    const requests = new Requests(this.#client, this.#toasts);
    this.#prices = new PriceSetter(
      window,
      (workloadId, violationPrice) =>
        requests.ask(`price ${workloadId} ${violationPrice}`, 'The price was not set', 'setViolationPrice', {
          workloadId,
          violationPrice,
        }),
      () => this.#schedule(),
    );
    this.#actions = createActions(this.#client, requests, {
      showDialog: (dialog) => this.#showDialog(dialog),
      choose: (part) => this.#choose(part),
      dismiss: (toastId) => this.#toasts.dismiss(toastId),
      explainAgain: () => {
        this.#explanation.forget();
        this.#schedule();
      },
      setViolationPrice: (workloadId, price) => this.#prices.set(workloadId, price),
      copy: (text) => void this.#copy(text),
    });
    setInterval(() => {
      this.#tick += 1;
      this.#schedule();
    }, TICK_MS);
    watchTheme(() => {
      this.#liveCharts.recolour();
      this.#scalingCharts.recolour();
      this.#releaseCharts.recolour();
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
      case 'show-scaling':
        this.#choose({
          pane: 'scaling',
          ...(wanted.workloadId === null ? {} : { workloadId: wanted.workloadId }),
        });
        break;
      case 'show-release':
        this.#choose({
          pane: 'releases',
          ...(wanted.releaseId === null ? {} : { releaseId: wanted.releaseId }),
        });
        break;
      case 'show-calibration':
        this.#choose({ pane: 'calibration', calibrationId: wanted.calibrationId, armName: null });
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
    const scaling = snapshot.scaling.find(({ id }) => id === workload?.id) ?? null;
    const release = shownRelease(snapshot.releases, this.#ui.releaseId);
    this.#announce(snapshot);
    this.#ask(pane, snapshot, scaling);
    const shown = this.#frame(pane, snapshot, { workload, scaling, release });
    const { pending } = this.#prices;
    const view: View = {
      snapshot,
      transport: transportState,
      ui: this.#ui,
      workload,
      training,
      scaling,
      release,
      pendingPrice: pending !== null && pending.workloadId === scaling?.id ? pending.price : null,
      costs: this.#costs.answer,
      calibration: shownCalibration(snapshot.calibrations, this.#ui.calibrationId, workload?.id ?? null),
      pane,
      selected: shown?.frame.marks.bars.find(({ id }) => id === this.#ui.selectedId) ?? null,
      explanation: this.#explanation.answer,
      recoveries: this.#recoveries.answer,
      wallMs: Date.now(),
      nowMs: this.#nowMs(),
      dialog: this.#dialog,
      toasts: this.#toasts.list,
      announcement: this.#announcement,
      actions: this.#actions,
    };
    const charts = {
      live: this.#liveCharts.mount,
      scaling: this.#scalingCharts.mount,
      release: this.#releaseCharts.mount,
      training: this.#trainingCharts.mount,
    };
    renderKeepingFocus(this.#root, () => render(page(view, charts), this.#root));
    showNewDialog(this.#root);
    this.#drawCharts(view, shown);
  }

  /** Reads what the pane shows beside the state, where it is not known already. */
  #ask(pane: Pane, snapshot: AgentSnapshot, scaling: ScalingState | null): void {
    const { decision, recoveryHours } = this.#ui;
    if (pane === 'explanation' && decision) {
      this.#explanation.ask(JSON.stringify(decision), String(snapshot.pid), decision);
    }
    if (pane === 'scaling' && scaling) {
      const version = `${snapshot.pid} ${Math.floor(Date.now() / COSTS_EVERY_MS)}`;
      this.#costs.ask(scaling.id, version, { sinceSeconds: COSTS_SINCE_SECONDS, workloadId: scaling.id });
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

  #frame(
    pane: Pane,
    snapshot: AgentSnapshot,
    { workload, scaling, release }: Pick<View, 'workload' | 'scaling' | 'release'>,
  ): ShownFrame | null {
    if (pane === 'releases') {
      return (
        release && {
          kind: 'release',
          frame: this.#releaseFrames.make(snapshot, release, this.#ui, this.#tick),
        }
      );
    }
    if (workload === null) return null;
    if (pane !== 'scaling' || scaling === null) {
      return { kind: 'live', frame: this.#frames.make(snapshot, workload, this.#ui, this.#tick) };
    }
    const { answer } = this.#costs;
    const currency = answer.kind === 'known' ? answer.value.report.currency : '';
    const frame = this.#scalingFrames.make(snapshot, workload, scaling, this.#ui, currency, this.#tick);
    return { kind: 'scaling', frame };
  }

  #drawCharts({ pane, snapshot, training }: View, shown: ShownFrame | null): void {
    if (pane === 'training' && training) {
      const curves = this.#trainingFrames.make(training, snapshot.models);
      this.#trainingCharts.show(curves, TRAINING_PANELS[training.algorithm]);
      return;
    }
    switch (shown?.kind) {
      case 'live':
        this.#liveCharts.show(shown.frame, LIVE_PANEL);
        break;
      case 'scaling':
        this.#scalingCharts.show(shown.frame, this.#scalingFrames.panel(shown.frame));
        break;
      case 'release':
        this.#releaseCharts.show(shown.frame, RELEASE_PANEL);
        break;
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

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#toasts.done('Copied');
    } catch {
      this.#toasts.failed('Not copied', {
        code: 'internal',
        message: 'The browser does not let this page use the clipboard.',
        remedy: 'Select the text and copy it.',
      });
    }
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

/** What the charts of the pane draw. */
type ShownFrame =
  | { kind: 'live'; frame: LiveFrame }
  | { kind: 'scaling'; frame: ScalingFrame }
  | { kind: 'release'; frame: ReleaseFrame };

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
