import type { Release } from '../../../cluster/releases';
import type { ClusterChange } from '../../../cluster/snapshotStore';
import { StepLoop } from '../../../loop/stepLoop';
import {
  CoxswainError,
  type ParsedParams,
  type Proposal,
  type Result,
  toErrorInfo,
  workloadId,
} from '../../../protocol';
import type { ReleaseReturn, ReleasesReturned } from '../../../safety/releaseReturn';
import type { ReleaseService } from '../../../server/releaseService';
import { managedReturns } from '../managed/managedReturns';
import { ReleaseController } from './releaseController';
import type { ReleasePorts } from './releasePorts';

/** All releases are counted in one round of questions. */
const ROUND = 'round';
/** How often those under way are looked after between two rounds, cluster time: what waits for time alone goes on. */
const TICK_MS = 2000;
/** Of CPU, where the config has no window. */
const WINDOW_MS = 60_000;

/** The releases of a connected cluster. */
export class LiveReleases implements ReleaseService {
  readonly #ports: ReleasePorts;
  readonly #controllers = new Map<string, ReleaseController>();
  readonly #aborter = new AbortController();
  #loop: StepLoop | null = null;
  #cancelTick: () => void = () => undefined;
  #intervalMs = 0;
  #isClosed = false;

  constructor(ports: ReleasePorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#sync();
    this.#startLoop();
    this.#tick();
  }

  clusterChanged(_change: ClusterChange): void {
    if (!this.#isClosed) this.#sync();
  }

  proposalChanged(proposal: Proposal): void {
    if (proposal.action.kind !== 'release') return;
    this.#controllers.get(workloadId(proposal.workload))?.proposalChanged(proposal);
  }

  configChanged(): void {
    if (this.#isClosed) return;
    for (const controller of this.#controllers.values()) controller.configChanged();
    if (this.#loop !== null && this.#ports.config().canary.interval !== this.#intervalMs) this.#startLoop();
  }

  policySwitched(): void {
    for (const controller of this.#controllers.values()) controller.policySwitched();
  }

  async operate(
    { releaseId, ...params }: ParsedParams<'releaseOperation'>,
    by: string,
  ): Promise<Result<'releaseOperation'>> {
    return this.#demanded(releaseId).operate(params, by);
  }

  setSteering(
    { releaseId, steering }: ParsedParams<'setReleaseSteering'>,
    by: string,
  ): Result<'setReleaseSteering'> {
    const controller = this.#demanded(releaseId);
    controller.setSteering(steering, by);
    return { release: controller.state() };
  }

  prepare(params: ParsedParams<'prepareCanary'>, by: string): Promise<Result<'prepareCanary'>> {
    return this.#ports.prepare(params, by);
  }

  async checkSplit(params: ParsedParams<'checkSplit'>): Promise<Result<'checkSplit'>> {
    return this.#ports.checkSplit(params, this.#demanded(params.releaseId).release);
  }

  stopAll(why: string, by: string): Promise<ReleasesReturned> {
    return this.#ports.gate.returnReleases(why, by);
  }

  /** Those that Coxswain moves, and Rollouts under way that it steers. */
  returns(): readonly ReleaseReturn[] {
    const steered = [...this.#controllers.values()].flatMap((controller) => controller.abortion() ?? []);
    return [...managedReturns(this.#ports.snapshot().releases.values()), ...steered];
  }

  hasSay(id: string): boolean {
    return this.#controllers.get(id)?.hasSay ?? false;
  }

  /** The controller of a release, by its id; for the gate that Flagger asks. */
  controller(id: string): ReleaseController | undefined {
    return this.#controllers.get(id);
  }

  /** What is under way stays as it is: whoever finds its note goes on. */
  async close(why: string): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#loop?.stop();
    this.#cancelTick();
    this.#aborter.abort(new Error(why));
    for (const controller of this.#controllers.values()) controller.stop();
    this.#controllers.clear();
  }

  #startLoop(): void {
    this.#loop?.stop();
    const { clock, config, onError } = this.#ports;
    this.#intervalMs = config().canary.interval;
    this.#loop = new StepLoop({
      ...{ clock, onError, intervalMs: this.#intervalMs },
      ids: () => (this.#controllers.size === 0 ? [] : [ROUND]),
      step: () => this.#round(),
    });
    this.#loop.start();
  }

  #tick(): void {
    this.#cancelTick = this.#ports.clock.schedule(TICK_MS, () => {
      for (const controller of this.#controllers.values()) controller.goOn();
      this.#tick();
    });
  }

  async #round(): Promise<void> {
    const { clock, config, measure, onError } = this.#ports;
    const { guard, canary, metrics } = config();
    const questions = [...this.#controllers.values()].flatMap((controller) => controller.question() ?? []);
    const round = {
      nowMs: clock.nowMs(),
      staleAfterMs: guard.staleAfter,
      routeLabel: canary.routeLabel,
      windowMs: metrics.window ?? WINDOW_MS,
    };
    const measures = questions.length === 0 ? null : await measure(questions, round, this.#aborter.signal);
    if (this.#isClosed) return;
    for (const [id, controller] of this.#controllers) {
      try {
        controller.step(measures?.get(id));
      } catch (error) {
        // One release must not keep the others from being looked after.
        onError(toErrorInfo(error));
      }
    }
  }

  #sync(): void {
    const { releases } = this.#ports.snapshot();
    for (const [id, controller] of this.#controllers) {
      // One that was made anew under the same name is another one.
      if (releases.get(id)?.uid === controller.uid) continue;
      controller.stop();
      this.#controllers.delete(id);
      this.#ports.publish({ kind: 'release-gone', id });
    }
    for (const [id, release] of releases) this.#see(id, release);
  }

  #see(id: string, release: Release): void {
    const known = this.#controllers.get(id);
    try {
      const controller = known ?? new ReleaseController(release, this.#ports);
      this.#controllers.set(id, controller);
      if (known?.release === release) controller.goOn();
      else controller.see(release);
    } catch (error) {
      this.#ports.onError(toErrorInfo(error));
    }
  }

  #demanded(id: string): ReleaseController {
    const controller = this.#controllers.get(id);
    if (controller) return controller;
    throw new CoxswainError(
      'not-found',
      `There is no release ${id}.`,
      'Look at `coxswain canary list`; "Make Canary…" makes a Deployment one.',
    );
  }
}
