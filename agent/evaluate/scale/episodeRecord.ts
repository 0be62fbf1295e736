import type { RuleName } from './scaleRules';

/** What plays an arm, as it can be sent to another process: a rule by its name, a policy as the bytes of its file. */
export type ArmSource =
  | { kind: 'rule'; name: RuleName }
  | { kind: 'policy'; origin: string; spec: string; isPriced: boolean; bytes: Uint8Array };

/** One episode under one price of a violation. Shares are 0…1, rates are means over the episode. */
export interface EpisodeRecord {
  /** Name of the load. */
  workload: string;
  seed: number;
  /** W; null for an arm that does the same under any: then it was played once for all. */
  violationPrice: number | null;
  /** In pods: paid for, and at full utilisation. */
  meanPods: number;
  meanLoad: number;
  /** Of the requests: late or failed. */
  violatedShare: number;
  failedShare: number;
  actionsPerHour: number;
  latencyP95Seconds: number;
  utilisation: number;
  /** Decisions of a policy, and those that were at least as sure as the guard asks for; 0 for rules. */
  decisions: number;
  sure: number;
  changes: number;
  sureChanges: number;
}

/** What an arm did on one seed: all loads under all its prices, and how it took a step of the load. */
export interface PlayedBlock {
  records: readonly EpisodeRecord[];
  /** Seconds until requests were within the objective again for good; null where the arm knows the step beforehand. */
  reactionSeconds: number | null;
}
