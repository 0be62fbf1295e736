import type { EffectVerdict, ExperimentRun, ProbeResult, RunPhase, RunVerdict } from '../../agent/protocol';

/** The phases as people read them, in their order. */
export const PHASES: Readonly<Record<RunPhase, string>> = {
  checking: 'Check',
  injecting: 'Inject',
  verifying: 'Verify effect',
  running: 'Hold',
  recovering: 'Recover',
  rechecking: 'Check again',
  finished: 'Done',
};

const DOING: Readonly<Record<RunPhase, string>> = {
  checking: 'checking the steady state',
  injecting: 'injecting the fault',
  verifying: 'looking for the effect',
  running: 'the fault lasts',
  recovering: 'ending the fault',
  rechecking: 'checking that the steady state is back',
  finished: 'finished',
};

/** How something is coloured; words always say the same. */
export type RunTone = 'good' | 'notice' | 'bad' | 'act';

export const VERDICT_TONES: Readonly<Record<RunVerdict, RunTone>> = {
  passed: 'good',
  failed: 'bad',
  aborted: 'notice',
  inconclusive: 'notice',
  error: 'bad',
};

export const EFFECT_TEXTS: Readonly<Record<EffectVerdict, string>> = {
  confirmed: 'effect confirmed',
  mismatch: 'effect is not the expected one',
  inconclusive: 'effect not shown',
};

export function isRunning({ phase }: Pick<ExperimentRun, 'phase'>): boolean {
  return phase !== 'finished';
}

/** What a run is doing now: `looking for the effect · effect confirmed`. */
export function runProgress({ phase, effect }: Pick<ExperimentRun, 'phase' | 'effect'>): string {
  return [DOING[phase], effect ? EFFECT_TEXTS[effect.verdict] : ''].filter(Boolean).join(' · ');
}

/** How it has ended: `failed · resilience 40 of 100`. */
export function runResult({ verdict, resilienceScore }: ExperimentRun): string {
  return [verdict ?? 'no verdict', resilienceScore === null ? '' : `resilience ${scoreText(resilienceScore)}`]
    .filter(Boolean)
    .join(' · ');
}

/** `87 of 100` */
export function scoreText(score: number): string {
  return `${Math.round(score)} of 100`;
}

/** Who has begun it, and by what where that was not a person at a window or a shell. */
export function begunBy({ by, trigger }: Pick<ExperimentRun, 'by' | 'trigger'>): string {
  return trigger === 'person' ? by : `${by} (${trigger})`;
}

/** Name of the workload without namespace and kind. */
export function workloadName(workloadId: string): string {
  return workloadId.split('/').at(-1) ?? workloadId;
}

export interface Step {
  phase: RunPhase;
  title: string;
  state: 'done' | 'current' | 'todo';
}

/** The phases of a run as steps. One that was left out, because the run ended early, counts as done. */
export function runSteps({ phase }: Pick<ExperimentRun, 'phase'>): Step[] {
  const phases = Object.keys(PHASES) as RunPhase[];
  const current = phases.indexOf(phase);
  return phases.map((name, index) => ({
    phase: name,
    title: PHASES[name],
    state: index < current || phase === 'finished' ? 'done' : index === current ? 'current' : 'todo',
  }));
}

/** The latest reading of each probe, in the order in which they were first asked. */
export function latestProbes(probes: readonly ProbeResult[]): ProbeResult[] {
  const latest = new Map<string, ProbeResult>();
  for (const probe of probes) latest.set(probe.name, probe);
  return [...latest.values()];
}
