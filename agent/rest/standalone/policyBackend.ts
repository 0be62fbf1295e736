import {
  CoxswainError,
  emptySnapshot,
  type Method,
  type Params,
  REQUESTS,
  type Result,
  type TaskName,
} from '../../protocol';
import { createEngine } from '../../rl/engine/engines';
import type { PolicyModel } from '../../rl/policy/policyModel';
import type { RestBackend } from '../backend';
import type { FullHealth } from '../health';
import type { ExperienceFile } from './experienceFile';
import { createPredictor, type Predictor } from './predictor';

export interface ServedPolicy {
  policy: PolicyModel;
  task: TaskName;
  /** `heal/3`, or the path of its file. */
  name: string;
  experience: ExperienceFile;
  version: string;
}

/** Answers for one policy, without a cluster: predictions and experience, and nothing else. */
export class PolicyBackend implements RestBackend {
  readonly #served: ServedPolicy;
  readonly #predictor: Predictor;

  constructor(served: ServedPolicy) {
    this.#served = served;
    const { task, policy, name } = served;
    this.#predictor = createPredictor(task, policy, name, createEngine('wasm'));
  }

  async handle<M extends Method>(method: M, params: Params<M>, _via: string): Promise<Result<M>> {
    return this.#answer(method, params) as Result<M>;
  }

  snapshot() {
    return emptySnapshot(this.#served.version, process.pid);
  }

  health(): FullHealth {
    return {
      status: 'ok',
      ready: true,
      version: this.#served.version,
      uptimeSeconds: process.uptime(),
      connected: false,
      reasons: [],
      context: null,
      mode: null,
      control: null,
      dataAgeSeconds: null,
      workloads: { fresh: 0, stale: 0, none: 0 },
      policy: this.#served.name,
    };
  }

  #answer(method: Method, params: unknown): Result<Method> {
    switch (method) {
      case 'predict': {
        const { task, state } = REQUESTS.predict.params.parse(params);
        this.#requireTask(task);
        return this.#predictor.predict(state);
      }
      case 'addExperience': {
        const { task, transitions } = REQUESTS.addExperience.params.parse(params);
        this.#requireTask(task);
        for (const transition of transitions) this.#requireTransition(transition);
        return this.#served.experience.add(transitions);
      }
      default:
        throw new CoxswainError(
          'not-connected',
          '`coxswain serve` answers for one policy, and steers no cluster.',
          'For this, turn server.rest on in the coxswain.yaml of an agent.',
        );
    }
  }

  #requireTask(task: TaskName): void {
    if (task === this.#served.task) return;
    throw new CoxswainError(
      'model-incompatible',
      `The policy ${this.#served.name} is one of ${this.#served.task}, not of ${task}.`,
      `Send "task": "${this.#served.task}", or serve another policy.`,
    );
  }

  #requireTransition({
    state,
    nextState,
    action,
  }: {
    state: number[];
    nextState: number[];
    action: number;
  }): void {
    const { name, policy } = this.#served;
    this.#predictor.check(state);
    this.#predictor.check(nextState);
    const count = policy.actionSpace.kind === 'discrete' ? policy.actionSpace.labels.length : 0;
    if (action < count) return;
    throw new CoxswainError(
      'message-malformed',
      `There is no action ${action}: ${name} has ${count}.`,
      'Actions count from 0, in the order of docs/learning.md.',
    );
  }
}
