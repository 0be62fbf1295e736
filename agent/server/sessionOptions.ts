import type { Config } from '../config/schema';
import type { Calibration, Change, ErrorInfo, JournalRow, Proposal } from '../protocol';
import type { LearnedPace } from '../tasks/canary/pace/learnedPace';
import type { LearnedHeal } from '../tasks/heal/policies/learned';
import type { LearnedScale } from '../tasks/scale/live/policies/learnedScale';
import type { ExperimentLibrary } from './experimentLibrary';
import type { HealServiceFactory, HealServicePorts } from './healService';

/** What a session needs of the agent that it belongs to. */
export interface SessionOptions {
  version: string;
  stateDirectory: string;
  kubeconfigPath: string | undefined;
  contextName: string | undefined;
  config(): Config;
  library: ExperimentLibrary;
  /** The learned policy that steers in place of the config's rule, or null. */
  learnedHeal(): LearnedHeal | null;
  /** The same for scaling. */
  learnedScale(): LearnedScale | null;
  /** The same for the pace of releases. */
  learnedCanary(): LearnedPace | null;
  /** An analysis that comes with Coxswain, as YAML; null where there is none of that name. */
  analysis(kind: 'argo-rollouts' | 'flagger', name: string): string | null;
  /** From the secret storage of the editor that has started the agent; null without one, and where nothing is stored. */
  editorSecret(name: string, signal: AbortSignal): Promise<string | null>;
  /** A stored version that decides beside the one that steers, as people name it. @throws CoxswainError where it cannot */
  loadScale(version: string): Promise<LearnedScale>;
  /** The latest of a workload. */
  calibration(workloadId: string): Calibration | undefined;
  /** Executable and script of the keeper, which hands back when the agent dies. */
  keeperProgram: readonly string[];
  createHealService: HealServiceFactory;
  /** Lets a stored version steer, as when a person asks for it without a confirmation. @throws CoxswainError */
  promote: HealServicePorts['promote'];
  /** As the state shows it. */
  proposal(id: string): Proposal | undefined;
  /** What is to be known from the start on. */
  warnings: readonly string[];
  /** Aborting it gives up what `open` has begun. A session that is open is ended by `close`. */
  signal: AbortSignal;
  publish(change: Change): void;
  onRow(row: JournalRow): void;
  onError(error: ErrorInfo): void;
}
