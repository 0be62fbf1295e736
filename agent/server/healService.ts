import type { Clock } from '../clock';
import type { Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { Journal } from '../journal/journal';
import {
  CoxswainError,
  type JournalEvent,
  type Mode,
  type ParsedParams,
  type Proposal,
  type Result,
} from '../protocol';
import type { LearnedPace } from '../tasks/canary/pace/learnedPace';
import type { LearnedHeal } from '../tasks/heal/policies/learned';
import type { HealWitness } from '../tasks/heal/witness';
import type { LearnedScale } from '../tasks/scale/live/policies/learnedScale';
import type { ScaleWitness } from '../tasks/scale/witness';

/**
 * What people ask of the learned side of `heal`. One object per connected cluster (see `session.ts`); the
 * implementation is in `agent/tasks/heal/service/`.
 */
export interface HealService {
  /** Hears of all that healing sees and decides; null where nothing learns from it. */
  readonly witness: HealWitness | null;
  /** The same of scaling. */
  readonly scaleWitness: ScaleWitness | null;
  /** @throws CoxswainError `not-found` where the journal has no such decision, or the state no such proposal. */
  explain(params: ParsedParams<'explainDecision'>): Promise<Result<'explainDecision'>>;
  /** @throws CoxswainError where the state does not fit the observation spec of the policy that steers. */
  predict(params: ParsedParams<'predict'>): Promise<Result<'predict'>>;
  addExperience(params: ParsedParams<'addExperience'>, by: string): Promise<Result<'addExperience'>>;
  learnNow(params: ParsedParams<'learnNow'>, by: string): Promise<Result<'learnNow'>>;
  /** The session ends. What has to survive is done before the first await. */
  close(): void;
}

/** What the service needs of the session that it belongs to. */
export interface HealServicePorts {
  clock: Clock;
  /** Where the agent keeps its state; the service keeps experience below it. */
  stateDirectory: string;
  context: string;
  config(): Config;
  journal: Pick<Journal, 'query' | 'onAppend'>;
  /** By id; undefined when it is gone. */
  workload(id: string): Workload | undefined;
  /** As the state shows it; undefined for one that it does not carry any more. */
  proposal(id: string): Proposal | undefined;
  /** The learned policy that steers in place of the config's rule, or null. */
  learnedHeal(): LearnedHeal | null;
  /** The same of scaling, whose decisions are explained too. */
  learnedScale(): LearnedScale | null;
  /** That of the pace of releases, or null. */
  learnedCanary(): LearnedPace | null;
  /** A stored version of scaling's, as `scale/3`. @throws CoxswainError where it cannot be asked */
  loadScale(version: string): Promise<LearnedScale>;
  record(event: JournalEvent): void;
  mode(): Mode;
  /** Lets a stored version steer, as when a person asks for it without a confirmation. @throws CoxswainError */
  promote(model: { task: 'heal' | 'scale'; version: number }, by: string): Promise<void>;
}

export type HealServiceFactory = (ports: HealServicePorts) => HealService;

/** For an agent that is started without the service: it says so. */
export function withoutHealService(): HealService {
  const refuse = async (): Promise<never> => {
    throw new CoxswainError(
      'capability-missing',
      'This agent was started without the service that explains and predicts.',
      'Start it with `coxswain agent`.',
    );
  };
  return {
    witness: null,
    scaleWitness: null,
    explain: refuse,
    predict: refuse,
    addExperience: refuse,
    learnNow: refuse,
    close: () => undefined,
  };
}
