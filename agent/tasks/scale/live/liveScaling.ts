import type { Workload } from '../../../cluster/snapshot';
import type { ClusterChange } from '../../../cluster/snapshotStore';
import { workloadById } from '../../../cluster/workloadById';
import { steeringOf } from '../../../loop/steering';
import { StepLoop } from '../../../loop/stepLoop';
import {
  type ErrorInfo,
  type ParsedParams,
  type Proposal,
  type Result,
  toErrorInfo,
  type WorkloadState,
  workloadId,
} from '../../../protocol';
import { NOTHING_TAKEN_OVER } from '../../../safety/handover/states';
import type { ScalingService } from '../../../server/scalingService';
import { CONTROL_STEP_SECONDS } from '../../../sim/scale/units';
import type { ScalerPorts, ScalingGate } from './scalerPorts';
import { scaleSettingsOf } from './scaleSettings';
import { ownHandovers } from './standing';
import { WorkloadScaler } from './workloadScaler';

export interface LiveScalingPorts extends Omit<ScalerPorts, 'gate'> {
  gate: ScalingGate & {
    /** Never throws: it reports. What is to be sent is on its way when it returns. */
    handBackAll(why: string, by: string): Promise<{ failed: readonly ErrorInfo[] }>;
  };
}

/** Scaling of all workloads of a connected cluster. */
export class LiveScaling implements ScalingService {
  readonly #ports: LiveScalingPorts;
  readonly #scalers = new Map<string, WorkloadScaler>();
  readonly #loop: StepLoop;
  /** Workloads without a scaler whose autoscalers are being handed back. */
  readonly #givenUp = new Set<string>();
  #isClosed = false;

  constructor(ports: LiveScalingPorts) {
    this.#ports = ports;
    this.#loop = new StepLoop({
      clock: ports.clock,
      intervalMs: CONTROL_STEP_SECONDS * 1000,
      ids: () => [...this.#scalers.keys()],
      step: async (id) => this.#scalers.get(id)?.step(),
      onError: ports.onError,
    });
  }

  start(): void {
    this.#sync();
    this.#loop.start();
  }

  clusterChanged({ workloadIds }: ClusterChange): void {
    if (this.#isClosed) return;
    this.#sync();
    for (const id of workloadIds) this.#settle(id);
  }

  proposalChanged(proposal: Proposal): void {
    if (proposal.task === 'scale')
      this.#scalers.get(workloadId(proposal.workload))?.proposalChanged(proposal);
  }

  configChanged(): void {
    if (this.#isClosed) return;
    for (const scaler of this.#scalers.values()) scaler.configChanged();
    this.#sync();
    for (const id of this.#scalers.keys()) this.#settle(id);
  }

  policySwitched(): void {
    for (const scaler of this.#scalers.values()) scaler.policySwitched();
  }

  shown(state: WorkloadState): WorkloadState {
    const workload = this.#ports.snapshot().workloads.get(state.id);
    if (!workload || !this.#scalers.has(state.id)) return state;
    const [own] = ownHandovers({ workload, agentId: this.#ports.agentId });
    const replicasOwner = own?.note.how === 'own' ? 'Coxswain' : state.replicasOwner;
    return { ...state, tasks: [...state.tasks, 'scale'], replicasOwner };
  }

  async takeOver(
    { workloadId: id, how, confirmed = false }: ParsedParams<'takeOver'>,
    by: string,
  ): Promise<Result<'takeOver'>> {
    return this.#demanded(id).takeOver({ how, confirmed }, by);
  }

  async handBack({ workloadId: id }: ParsedParams<'handBack'>, by: string): Promise<Result<'handBack'>> {
    // Also where the scaler does not look at it any more.
    const scaler = this.#scalers.get(id);
    const why = `${by} wants it back`;
    const text = scaler
      ? await scaler.handBack('shadow', why, by)
      : await this.#ports.gate.handBack(id, why, by);
    // A name that was mistyped must not look like an HPA that was given back.
    if (text === NOTHING_TAKEN_OVER) workloadById(this.#ports.snapshot(), id);
    return { text };
  }

  async setScaling(
    { workloadId: id, steering }: ParsedParams<'setScaling'>,
    by: string,
  ): Promise<Result<'setScaling'>> {
    const scaler = this.#demanded(id);
    await scaler.handBack(steering, `${by} has set scaling to ${steering}`, by);
    return { scaling: scaler.state() };
  }

  setViolationPrice(
    { workloadId: id, violationPrice }: ParsedParams<'setViolationPrice'>,
    by: string,
  ): Result<'setViolationPrice'> {
    const scalers = id === undefined ? [...this.#scalers] : [[id, this.#demanded(id)] as const];
    for (const [each, scaler] of scalers) {
      if (scaler.violationPrice === violationPrice) continue;
      scaler.setPrice(violationPrice);
      this.#ports.record({ kind: 'price-changed', workloadId: each, violationPrice, by });
    }
    return { violationPrice };
  }

  async close(why: string): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#loop.stop();
    for (const scaler of this.#scalers.values()) scaler.stop();
    this.#scalers.clear();
    const { failed } = await this.#ports.gate.handBackAll(why, 'Coxswain');
    for (const error of failed) this.#ports.onError(error);
  }

  /** Those that may be acted on, and those that something scales already. */
  #isLookedAt({ ref, autoscalers }: Workload): boolean {
    const config = this.#ports.config();
    if (scaleSettingsOf(ref, config).steering === 'off') return false;
    return autoscalers.length > 0 || steeringOf(ref, config).kind === 'act';
  }

  #sync(): void {
    const { workloads } = this.#ports.snapshot();
    for (const [id, scaler] of this.#scalers) {
      const workload = workloads.get(id);
      // One that was made anew under the same name is another one.
      if (workload?.uid === scaler.uid && (this.#isLookedAt(workload) || scaler.isAskedFor)) continue;
      this.#drop(id, scaler, workload === undefined ? 'the workload is gone' : 'it is not scaled any more');
    }
    for (const [id, workload] of workloads) {
      if (this.#scalers.has(id)) continue;
      if (this.#isLookedAt(workload)) this.#scalers.set(id, new WorkloadScaler(workload, this.#ports));
      else this.#giveUp(id, workload);
    }
  }

  /** What nobody looks at any more and yet carries our note: its take-over was on its way. */
  #giveUp(id: string, workload: Workload): void {
    const isOurs = ownHandovers({ workload, agentId: this.#ports.agentId }).length > 0;
    if (isOurs && !this.#givenUp.has(id)) this.#handBack(id, 'it is not scaled any more');
    // Once: the gate tries again what it could not do.
    if (isOurs) this.#givenUp.add(id);
    else this.#givenUp.delete(id);
  }

  #drop(id: string, scaler: WorkloadScaler, why: string): void {
    const wasOwn = scaler.isSteering;
    scaler.stop();
    this.#scalers.delete(id);
    this.#ports.publish({ kind: 'scaling-gone', id });
    if (wasOwn) this.#handBack(id, why);
  }

  #handBack(id: string, why: string): void {
    this.#ports.gate
      .handBack(id, why, 'Coxswain')
      .catch((error: unknown) => this.#ports.onError(toErrorInfo(error)));
  }

  /** A person asks about one: it is looked at from now on, if it was not. */
  #demanded(id: string): WorkloadScaler {
    const known = this.#scalers.get(id);
    if (known) return known;
    const workload = workloadById(this.#ports.snapshot(), id);
    const scaler = new WorkloadScaler(workload, this.#ports);
    this.#scalers.set(id, scaler);
    return scaler;
  }

  #settle(id: string): void {
    this.#scalers
      .get(id)
      ?.settle()
      .catch((error: unknown) => this.#ports.onError(toErrorInfo(error)));
  }
}
