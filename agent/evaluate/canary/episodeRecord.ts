import type { Verdict } from './canaryResult';
import type { RuleName } from './canaryRules';

/** Who ends a release: the sequential tests, or who sets the pace. */
export type VerdictOwner = 'tests' | 'policy';

/** What plays an arm, as it can be sent to another process: a rule by its name, a policy as the bytes of its file. */
export type ArmSource =
  | { kind: 'rule'; name: RuleName }
  | { kind: 'policy'; origin: string; spec: string; verdict: VerdictOwner; bytes: Uint8Array };

/** One release as one arm played it, by the truth of the simulation. */
export interface EpisodeRecord {
  /** Index among the cells. */
  cell: number;
  seed: number;
  /** Promoting it would be wrong. Null where there was nothing to tell by. */
  bad: boolean | null;
  verdict: Verdict;
  /** Until the verdict, or the time limit. */
  minutes: number;
  /** Whether it did harm when it ended. */
  harmActive: boolean;
  /** From when the harm was whole to the end; null where it never was. */
  harmMinutes: number | null;
  /** Share of the canary's requests that fail all the time because of it, 0…1; 0 for spikes and slowness. */
  steadyErrorShare: number;
  /** Of the canary, and those of them that it got while it did harm. */
  requests: number;
  exposedRequests: number;
  /** Σ weight × share of its requests that fail or are slow because of it × seconds, until the verdict. */
  harmSeconds: number;
}

/** What an arm did on one seed: every cell. */
export interface PlayedBlock {
  records: readonly EpisodeRecord[];
}

/** @param info of the env at the episode's end. @throws RangeError where it lacks a number */
export function toRecord(cell: number, seed: number, info: Readonly<Record<string, number>>): EpisodeRecord {
  const number = (name: string) => {
    const value = info[name];
    if (value === undefined) throw new RangeError(`the canary env tells no ${name}`);
    return value;
  };
  return {
    cell,
    seed,
    bad: number('provable') === 0 ? null : number('bad') === 1,
    verdict: number('promoted') === 1 ? 'promoted' : number('rolledBack') === 1 ? 'rolled-back' : 'undecided',
    minutes: number('minutes'),
    harmActive: number('harmActive') === 1,
    harmMinutes: info.minutesOfWholeHarm ?? null,
    steadyErrorShare: number('steadyErrorShare'),
    requests: number('canaryRequests'),
    exposedRequests: number('exposedRequests'),
    harmSeconds: number('exposureHarmSeconds'),
  };
}
