import { type Clock, sleep } from '../../clock';
import type { Workload } from '../../cluster/snapshot';
import {
  type ExperimentRun,
  errorText,
  type Fault,
  formatAge,
  type ProbeResult,
  toErrorInfo,
} from '../../protocol';
import { workSignal } from '../../workSignal';
import { type Experiment, experimentDurationMs } from '../experiment/experiment';
import type { Probe } from '../experiment/probe';
import type { EffectFacts } from './effectFacts';
import { EffectLook } from './effectLook';
import { Ended, judgementOf, resultText } from './ended';
import { type RecordPorts, type RunOrder, RunRecord } from './runRecord';
import { type Judgement, judgeRun } from './verdict';

export interface RunnerPorts extends RecordPorts {
  clock: Clock;
  /** How often is looked, ms of cluster time. */
  intervalMs(): number;
  /** The target as the watches show it; undefined when it is gone. */
  workload(): Workload | undefined;
  facts(signal?: AbortSignal): Promise<EffectFacts>;
  probe(
    probe: Probe,
    workload: Workload,
    when: ProbeResult['when'],
    signal?: AbortSignal,
  ): Promise<ProbeResult>;
  /** Sends the fault through the guard; with the signal it is not tried again. @throws CoxswainError, or its reason */
  inject(signal: AbortSignal): Promise<Fault>;
  /** The fault as it is now, and what its tool says of its trouble; undefined once nobody knows it any more. */
  fault(id: string): { fault: Fault; trouble: string } | undefined;
  /** Whether something of the fault is left in the cluster. */
  isThere(id: string): boolean;
  /** Takes the fault back. @throws CoxswainError */
  end(id: string): Promise<void>;
}

/** What may go on for so long before it counts as failed, ms of cluster time. */
const INJECT_WITHIN_MS = 60_000;
/** Ending, cleaning up by force, and reporting each take ten seconds at the most (`safety/faultEndings.ts`). */
const GONE_WITHIN_MS = 35_000;
/** What is over at once has this long to show in the cluster. */
const INSTANT_EFFECT_MS = 60_000;
/** The last look at a fault may take so long beyond its time, ms of cluster time. */
const LAST_LOOK_MS = 5000;
/** Chaos Mesh takes some time to begin and to end each step; it ends a workflow by itself. */
const WORKFLOW_SLACK_MS = 30_000;
/** For so long may nobody know whether the abort condition is met, ms of cluster time. */
const BLIND_MS = 30_000;
/** What a fault does has reached the watches and two scrapes by then: what is measured before does not say that it holds. */
const SHOWS_WITHIN_MS = 30_000;
/** So often is looked at what the watch shows, ms of cluster time: it costs nothing. */
const WATCH_MS = 500;

/** One run of an experiment, from the check of the steady state to the verdict. */
export class ExperimentRunner {
  readonly #experiment: Experiment;
  readonly #ports: RunnerPorts;
  readonly #record: RunRecord;
  readonly #effect: EffectLook;
  readonly #aborter = new AbortController();
  #fault: Fault | null = null;
  #wasDisturbed = false;
  /** Since when the abort condition cannot be told; null while it can. */
  #blindSinceMs: number | null = null;

  constructor(experiment: Experiment, order: RunOrder, ports: RunnerPorts) {
    this.#experiment = experiment;
    this.#ports = ports;
    this.#record = new RunRecord(order, ports);
    this.#effect = new EffectLook(experiment, {
      facts: (signal) => ports.facts(signal),
      look: (probes, signal) => this.#look(probes, 'during', signal),
    });
  }

  get run(): ExperimentRun {
    return this.#record.run;
  }

  /** Ends the fault and goes on to the recovery. @param why in words, for example `stopped by ada` */
  stop(why: string): void {
    this.#aborter.abort(new Ended('aborted', `${why}.`));
  }

  /** Resolves with the finished run; never rejects. */
  async start(): Promise<ExperimentRun> {
    const { signal } = this.#aborter;
    let early: Judgement | null = null;
    try {
      await this.#check(signal);
      signal.throwIfAborted();
      await this.#inject(signal);
      await this.#watch(signal);
    } catch (error) {
      early = judgementOf(error);
    }
    if (this.#fault === null) return this.#finish(early ?? judgementOf(new Error('nothing was injected')));
    const stuck = await this.#recover(this.#fault, early);
    if (stuck !== null) return this.#finish(stuck);
    await this.#recheck(early === null);
    const judgement = this.#judge();
    return this.#finish(
      early === null ? judgement : { ...early, resilienceScore: judgement.resilienceScore },
    );
  }

  /** The steady state has to hold for as long as it says before anything is done. */
  async #check(signal: AbortSignal): Promise<void> {
    const { clock, intervalMs } = this.#ports;
    const { settle } = this.#experiment.steadyState;
    await this.#requireAbortable(signal);
    const untilMs = clock.nowMs() + settle;
    for (;;) {
      const results = await this.#probeAll(this.#experiment.steadyState.probes, 'before', signal);
      const failed = results.find(({ outcome }) => outcome !== 'passed');
      if (failed?.outcome === 'failed') {
        throw new Ended('aborted', `Not injected: the steady state does not hold, ${resultText(failed)}.`);
      }
      if (failed) throw new Ended('inconclusive', `Not injected: there is no data on ${resultText(failed)}.`);
      if (clock.nowMs() >= untilMs) break;
      await sleep(clock, Math.min(intervalMs(), untilMs - clock.nowMs()), signal);
    }
    await this.#effect.takeBefore(signal);
  }

  /** What cannot be told, or is met already, protects nobody. */
  async #requireAbortable(signal: AbortSignal): Promise<void> {
    const results = await this.#look(this.#experiment.abortWhen, 'before', signal);
    const met = results.find(({ outcome }) => outcome === 'passed');
    if (met) throw new Ended('aborted', `Not injected: its abort condition is met, ${resultText(met)}.`);
    const silent = results.find(({ outcome }) => outcome === 'no-data');
    if (silent) {
      throw new Ended(
        'inconclusive',
        `Not injected: there is no data on its abort condition, ${resultText(silent)}.`,
      );
    }
  }

  async #inject(signal: AbortSignal): Promise<void> {
    const { clock, inject, intervalMs, nowMs } = this.#ports;
    this.#record.change({ phase: 'injecting' }, 'the steady state holds');
    const fault = await inject(signal).catch((error: unknown) => {
      if (error === signal.reason) throw error;
      throw new Ended('error', `It could not be injected. ${errorText(toErrorInfo(error))}`);
    });
    this.#fault = fault;
    this.#record.change({ faultIds: [fault.id] }, `${fault.text} ordered`);
    const untilMs = clock.nowMs() + INJECT_WITHIN_MS;
    let lookAtMs = clock.nowMs();
    for (;;) {
      // Some of the pods may be hit before all of them are.
      if (clock.nowMs() >= lookAtMs) {
        await this.#abortIfMet(signal);
        lookAtMs = clock.nowMs() + intervalMs();
      }
      const now = this.#now(fault);
      if (now.fault.state === 'failed') {
        throw new Ended(
          'error',
          `It could not be injected: ${now.trouble === '' ? 'its tool does not say why' : now.trouble}.`,
        );
      }
      this.#fault = now.fault;
      if (now.fault.state !== 'starting') break;
      if (clock.nowMs() >= untilMs) {
        const why = now.trouble === '' ? '' : `: ${now.trouble}`;
        throw new Ended('error', `It was not injected within ${formatAge(INJECT_WITHIN_MS)}${why}.`);
      }
      await sleep(clock, WATCH_MS, signal);
    }
    this.#record.change({ injectedAtMs: nowMs(), phase: 'verifying' }, `${this.#fault.text} injected`);
  }

  /** Until the fault is over: looks for its effect, at what has to hold all the same, and for a reason to end it. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const fault = this.#fault;
    if (fault === null) return;
    const isInstant = this.#now(fault).fault.endedAtMs !== null;
    const lastsMs = isInstant ? Math.min(this.#durationMs, INSTANT_EFFECT_MS) : this.#durationMs;
    const late = new AbortController();
    const cancel = clock.schedule(lastsMs + LAST_LOOK_MS, () => late.abort());
    try {
      using both = workSignal([signal, late.signal]);
      await this.#lookAt(fault, { isInstant, untilMs: clock.nowMs() + lastsMs, signal: both.signal });
    } catch (error) {
      // A look that hangs must not keep the fault alive.
      if (signal.aborted || !late.signal.aborted) throw error;
    } finally {
      cancel();
    }
  }

  get #durationMs(): number {
    const slackMs = this.#experiment.workflow === undefined ? 0 : WORKFLOW_SLACK_MS;
    return experimentDurationMs(this.#experiment) + slackMs;
  }

  async #lookAt(
    fault: Fault,
    { isInstant, untilMs, signal }: { isInstant: boolean; untilMs: number; signal: AbortSignal },
  ): Promise<void> {
    const { clock, intervalMs } = this.#ports;
    const { steadyState } = this.#experiment;
    for (;;) {
      await this.#abortIfMet(signal);
      await this.#verify(signal);
      const held = await this.#probeAll(
        steadyState.probes.filter(({ during }) => during),
        'during',
        signal,
      );
      if (held.some(({ outcome }) => outcome === 'failed')) this.#wasDisturbed = true;
      if (isInstant && this.#isConfirmed) return;
      // Its tool, or somebody else, has ended it.
      if (!isInstant && this.#now(fault).fault.endedAtMs !== null) return;
      if (clock.nowMs() >= untilMs) return;
      await sleep(clock, Math.min(intervalMs(), untilMs - clock.nowMs()), signal);
    }
  }

  get #isConfirmed(): boolean {
    return this.#record.run.effect?.verdict === 'confirmed';
  }

  async #verify(signal: AbortSignal): Promise<void> {
    if (this.#isConfirmed) return;
    const effect = await this.#effect.take(this.#fault?.pods ?? [], signal);
    const known = this.#record.run.effect;
    if (effect.verdict === 'confirmed') {
      const changes = { effect, confirmedAtMs: this.#ports.nowMs(), phase: 'running' as const };
      this.#record.change(changes, `effect confirmed: ${effect.text}`);
    } else if (known === null || known.verdict !== effect.verdict) this.#record.change({ effect });
  }

  async #abortIfMet(signal: AbortSignal): Promise<void> {
    const results = await this.#look(this.#experiment.abortWhen, 'during', signal);
    const met = results.find(({ outcome }) => outcome === 'passed');
    if (met) throw new Ended('aborted', `Ended by its abort condition: ${resultText(met)}.`);
    const silent = results.find(({ outcome }) => outcome === 'no-data');
    const nowMs = this.#ports.clock.nowMs();
    this.#blindSinceMs = silent ? (this.#blindSinceMs ?? nowMs) : null;
    if (silent && this.#blindSinceMs !== null && nowMs - this.#blindSinceMs >= BLIND_MS) {
      throw new Ended(
        'inconclusive',
        `Ended: there is no data on its abort condition, ${resultText(silent)}.`,
      );
    }
  }

  /** @returns the verdict where the fault cannot be ended, else null */
  async #recover(fault: Fault, early: Judgement | null): Promise<Judgement | null> {
    const { clock, nowMs, end, isThere } = this.#ports;
    this.#record.change({ phase: 'recovering' }, early?.text ?? 'the fault has had its time');
    let refusal = '';
    if (this.#mayBeThere(fault)) {
      refusal = await end(fault.id).then(
        () => '',
        (error: unknown) => {
          const { code, message } = toErrorInfo(error);
          return code === 'not-found' ? '' : message.replace(/\.$/, '');
        },
      );
    }
    const untilMs = clock.nowMs() + GONE_WITHIN_MS;
    while (isThere(fault.id) && clock.nowMs() < untilMs) await sleep(clock, WATCH_MS);
    // What no watch shows, and could not be ended, may be there all the same.
    if (isThere(fault.id) || (refusal !== '' && this.#mayBeThere(fault))) {
      const { trouble } = this.#now(fault);
      const why = [refusal, trouble].filter((text) => text !== '').join('; ');
      return {
        verdict: 'error',
        resilienceScore: null,
        text: `The fault ${fault.id} could not be ended${why === '' ? '' : `: ${why}`}. The errors say how it is removed by hand.`,
      };
    }
    this.#record.change({ endedAtMs: nowMs() }, `${fault.text} is over`);
    return null;
  }

  /** A fault that was ordered a moment ago may not be shown yet. */
  #mayBeThere(fault: Fault): boolean {
    const { isThere } = this.#ports;
    return isThere(fault.id) || this.#now(fault).fault.endedAtMs === null;
  }

  /**
   * How soon the steady state is back; what did not come back in time has failed.
   *
   * @param isThorough looks until the fault must have shown: else a look right after the end is enough
   */
  async #recheck(isThorough: boolean): Promise<void> {
    const { clock, nowMs, intervalMs } = this.#ports;
    const { probes, recoverWithin } = this.#experiment.steadyState;
    this.#record.change({ phase: 'rechecking' });
    if (probes.length === 0) return;
    const untilMs = clock.nowMs() + recoverWithin;
    const shownAtMs = isThorough ? (this.#record.run.injectedAtMs ?? 0) + SHOWS_WITHIN_MS : 0;
    for (;;) {
      const results = await this.#probeAll(probes, 'after');
      const isBack = results.every(({ outcome }) => outcome === 'passed');
      const { recoveredAtMs } = this.#record.run;
      if (isBack && this.#wasDisturbed && recoveredAtMs === null)
        this.#record.change({ recoveredAtMs: nowMs() }, 'the steady state is back');
      if (!isBack) this.#wasDisturbed = true;
      if (!isBack && recoveredAtMs !== null)
        this.#record.change({ recoveredAtMs: null }, 'and is gone again');
      const enoughAtMs = isBack ? Math.min(shownAtMs, untilMs) : untilMs;
      if (clock.nowMs() >= enoughAtMs) return;
      await sleep(clock, Math.min(intervalMs(), enoughAtMs - clock.nowMs()));
    }
  }

  #judge(): Judgement {
    const { effect, probes: results } = this.#record.run;
    return judgeRun({ effect, probes: this.#experiment.steadyState.probes, results });
  }

  #finish({ verdict, resilienceScore, text }: Judgement): ExperimentRun {
    const finishedAtMs = this.#ports.nowMs();
    this.#record.change(
      { phase: 'finished', verdict, resilienceScore, text, finishedAtMs },
      `${verdict}: ${text}`,
    );
    return this.#record.run;
  }

  async #probeAll(
    probes: readonly Probe[],
    when: ProbeResult['when'],
    signal?: AbortSignal,
  ): Promise<readonly ProbeResult[]> {
    const results = await this.#look(probes, when, signal);
    this.#record.addProbes(results);
    return results;
  }

  async #look(
    probes: readonly Probe[],
    when: ProbeResult['when'],
    signal?: AbortSignal,
  ): Promise<readonly ProbeResult[]> {
    const workload = this.#ports.workload();
    if (workload === undefined) return probes.map((probe) => this.#targetGone(probe, when));
    return Promise.all(probes.map((probe) => this.#ports.probe(probe, workload, when, signal)));
  }

  #targetGone({ name }: Probe, when: ProbeResult['when']): ProbeResult {
    const atMs = this.#ports.nowMs();
    const found = 'the workload is gone';
    return { name, when, atMs, outcome: 'no-data', asked: '', found, expected: 'a workload' };
  }

  #now(fault: Fault): { fault: Fault; trouble: string } {
    return this.#ports.fault(fault.id) ?? { fault, trouble: '' };
  }
}
