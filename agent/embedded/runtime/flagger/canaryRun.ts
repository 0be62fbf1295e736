import {
  afterRollout,
  isRollbackAsked,
  mayBegin,
  preRolloutPasses,
  rolloutPasses,
  type Steps,
  type Tell,
} from './canaryHooks';
import type { Recorded } from './canaryMetrics';
import { type CanaryStatus, type Phase, strategyOf } from './canarySpec';
import type { CanaryView } from './canaryView';
import { failedMetric, type MetricPorts } from './metricChecks';
import { keepPrimaryScaler } from './primaryScaler';
import { type Route, routeOf, type Weights } from './routes/route';
import { keepApexService, keepVersionServices } from './services';
import { setCounts, setPhase, syncStatus } from './statusWriter';
import { advanceAnalysis, copyText, type Moves, shiftToPrimary } from './strategies';
import {
  appliedSpec,
  createPrimary,
  hasChanged,
  NotReady,
  promote,
  requireCanaryReady,
  requirePrimaryReady,
  scaleFromZero,
  scaleTarget,
} from './target';

const ALL_TO_PRIMARY: Weights = { primary: 100, canary: 0, mirrored: false };
const IN_ANALYSIS: ReadonlySet<Phase> = new Set([
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
]);

export interface RunPorts {
  view: CanaryView;
  /** Writes an event, and tells the event webhooks that the Canary is in that phase. */
  tell(type: 'Normal' | 'Warning', message: string, phase?: Phase): void;
  recorded: Recorded;
  query: MetricPorts['query'];
}

/**
 * One round of Flagger over a Canary, in its order: what it makes, whether there is a new revision, whether both
 * versions are ready, who asks for a roll back, and then the next step of the analysis.
 * Source: advanceCanary in https://github.com/fluxcd/flagger/blob/main/pkg/controller/scheduler.go
 */
export function* runCanary(ports: RunPorts): Steps<void> {
  const { view } = ports;
  const tell: Tell = (type, message) => ports.tell(type, message);
  if (view.spec.suspend) {
    tell('Normal', 'skipping canary run as object is suspended');
    return;
  }
  try {
    yield* advance({ ...ports, route: routeOf(view) });
  } catch (error) {
    tell('Warning', error instanceof Error ? error.message : String(error));
  }
}

interface Run extends RunPorts {
  route: Route;
}

function* advance(run: Run): Steps<void> {
  const { view, route, recorded } = run;
  if (!(yield* initialise(run))) return;
  const isBeginning = view.status.phase === '' || view.status.phase === 'Initializing';
  if (isBeginning || !hasWork(view)) {
    recorded.phase(isBeginning ? 'Initialized' : view.status.phase);
    return;
  }
  if (!view.spec.skipAnalysis && !(yield* primaryIsReady(run))) return;
  const weights = route.weights();
  recorded.weights(weights.primary, weights.canary);
  recorded.phase(view.status.phase);
  if (!IN_ANALYSIS.has(view.status.phase)) {
    yield* begin(run);
    return;
  }
  if (isOtherRevision(view)) {
    restart(run);
    return;
  }
  yield* goOn(run, weights);
}

/** Makes what the Canary needs and keeps it as it should be. False where the primary will not come up. */
function* initialise(run: Run): Steps<boolean> {
  const { view, route } = run;
  const isBeginning = view.status.phase === '' || view.status.phase === 'Initializing';
  keepVersionServices(view);
  createPrimary(view);
  if (isBeginning && !view.spec.skipAnalysis && !(yield* primaryIsReady(run))) return false;
  keepPrimaryScaler(view, false);
  keepApexService(view);
  if (isBeginning) scaleTarget(view, 0);
  route.reconcile();
  if (!isBeginning) return true;
  syncStatus(view, appliedSpec(view), { phase: 'Initialized' });
  run.tell('Normal', `Initialization done! ${view.title}`, 'Initialized');
  return true;
}

/** Whether a roll-out is under way or should begin. A failed one is begun again by another template. */
function hasWork(view: CanaryView): boolean {
  if (IN_ANALYSIS.has(view.status.phase) || view.status.phase === 'Waiting') return true;
  if (view.status.phase === 'Failed') syncStatus(view, appliedSpec(view), keptStatus(view.status));
  return hasChanged(view);
}

function keptStatus({ phase, canaryWeight, failedChecks }: CanaryStatus) {
  return { phase, canaryWeight, failedChecks };
}

function* primaryIsReady(run: Run): Steps<boolean> {
  const { view } = run;
  try {
    requirePrimaryReady(view);
    return true;
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    run.tell('Warning', error.message);
    if (error.isRetriable) return false;
    // While it is promoted the canary is the only healthy copy.
    const isPromotion = view.status.phase === 'Promoting' || view.status.phase === 'Finalising';
    if (isPromotion) yield* failPromotion(run, error);
    else yield* rollBack(run);
    return false;
  }
}

function* begin(run: Run): Steps<void> {
  const { view, recorded } = run;
  if (!(yield* mayBegin(view, (type, message) => run.tell(type, message)))) return;
  const { names, namespace } = view;
  run.tell('Normal', `New revision detected! Scaling up ${names.target}.${namespace}`, 'Progressing');
  scaleFromZero(view);
  syncStatus(view, appliedSpec(view), { phase: 'Progressing' });
  recorded.phase('Progressing');
}

function isOtherRevision(view: CanaryView): boolean {
  const { phase } = view.status;
  return (phase === 'Progressing' || phase === 'WaitingPromotion') && hasChanged(view);
}

function restart(run: Run): void {
  const { view, route } = run;
  const { names, namespace } = view;
  run.tell('Normal', `New revision detected! Restarting analysis for ${names.target}.${namespace}`);
  route.set(ALL_TO_PRIMARY);
  syncStatus(view, appliedSpec(view), { phase: 'Progressing' });
}

/** The canary is there, in whatever part of its analysis or promotion. */
function* goOn(run: Run, weights: Weights): Steps<void> {
  const { view, route } = run;
  const { phase, failedChecks } = view.status;
  const tell: Tell = (type, message) => run.tell(type, message);
  if (!(yield* canaryIsReady(run))) return;
  if (view.spec.skipAnalysis) {
    yield* skipAnalysis(run);
    return;
  }
  const isJudged = phase === 'Progressing' || phase === 'WaitingPromotion';
  if (isJudged && (yield* isRollbackAsked(view, tell))) {
    tell('Warning', `Rolling back ${view.title} manual webhook invoked`);
    yield* rollBack(run);
    return;
  }
  if (phase === 'Promoting') {
    keepPrimaryScaler(view, true);
    shiftToPrimary({ view, route, tell, recorded: run.recorded }, weights);
    return;
  }
  if (phase === 'Finalising') {
    yield* succeed(run, 'completed');
    return;
  }
  if (failedChecks >= view.spec.analysis.threshold) {
    yield* rollBack(run);
    return;
  }
  yield* analyse(run, weights);
}

function* canaryIsReady(run: Run): Steps<boolean> {
  try {
    requireCanaryReady(run.view);
    return true;
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    run.tell('Warning', error.message);
    if (!error.isRetriable) yield* rollBack(run);
    return false;
  }
}

function* analyse(run: Run, weights: Weights): Steps<void> {
  const { view, recorded, route } = run;
  const { clock } = view.cluster;
  const startedAtMs = clock.nowMs();
  const tell: Tell = (type, message) => run.tell(type, message);
  const moves: Moves = { view: withIterations(view, tell), route, tell, recorded };
  const isMirrored = view.spec.analysis.mirror && weights.mirrored;
  const isFirst = weights.canary === 0 && view.status.iterations === 0 && !isMirrored;
  if (isFirst) {
    tell('Normal', `Starting canary analysis for ${view.names.target}.${view.namespace}`);
  }
  const isWell = isFirst ? yield* preRolloutPasses(view, tell) : yield* passes(run, tell);
  if (isWell) yield* advanceAnalysis(moves, weights);
  else setCounts(view, { failedChecks: view.status.failedChecks + 1 });
  recorded.took((clock.nowMs() - startedAtMs) / 1000);
}

/** Webhooks and metrics of this interval. */
function* passes({ view, recorded, query }: Run, tell: Tell): Steps<boolean> {
  if (!(yield* rolloutPasses(view, tell))) return false;
  const measured = (metric: string, value: number) => recorded.analysed(metric, value);
  const problem = failedMetric(view, { query, measured });
  if (problem !== null) tell('Warning', problem);
  return problem === null;
}

/** Without anything that splits traffic there is only testing beside the primary, ten times where nothing is said. */
function withIterations(view: CanaryView, tell: Tell): CanaryView {
  const { provider, analysis } = view.spec;
  if (provider !== 'kubernetes') return view;
  if (analysis.match.length > 0) {
    tell('Warning', 'A/B testing is not supported when using the kubernetes provider');
  }
  if (analysis.iterations < 1) {
    tell('Warning', 'Progressive traffic is not supported when using the kubernetes provider');
    tell('Warning', 'Setting canaryAnalysis.iterations: 10');
  }
  const iterations = analysis.iterations < 1 ? 10 : analysis.iterations;
  return { ...view, spec: { ...view.spec, analysis: { ...analysis, match: [], iterations } } };
}

function* skipAnalysis(run: Run): Steps<void> {
  const { view, route, recorded } = run;
  route.set(ALL_TO_PRIMARY);
  recorded.weights(100, 0);
  run.tell('Normal', copyText(view));
  promote(view);
  keepPrimaryScaler(view, true);
  yield* succeed(run, 'skipped');
}

function* succeed(run: Run, analysis: 'completed' | 'skipped'): Steps<void> {
  const { view, recorded } = run;
  const { names, namespace } = view;
  scaleTarget(view, 0);
  setPhase(view, 'Succeeded');
  recorded.phase('Succeeded');
  recorded.ended('successes', strategyOf(view.spec), analysis);
  yield* afterRollout(view, 'Succeeded', (type, message) => run.tell(type, message, 'Succeeded'));
  const what = analysis === 'skipped' ? 'Canary analysis was skipped for' : 'Scaling down';
  run.tell('Normal', `Promotion completed! ${what} ${names.target}.${namespace}`, 'Succeeded');
}

function* rollBack(run: Run): Steps<void> {
  const { view, route, recorded } = run;
  const { failedChecks } = view.status;
  if (failedChecks >= view.spec.analysis.threshold) {
    run.tell('Warning', `Rolling back ${view.title} failed checks threshold reached ${failedChecks}`);
  }
  route.set(ALL_TO_PRIMARY);
  run.tell('Warning', `Canary failed! Scaling down ${view.title}`, 'Failed');
  recorded.weights(100, 0);
  scaleTarget(view, 0);
  yield* fail(run, 0);
}

/** The primary does not come up with the new version: its traffic stays on the canary. */
function* failPromotion(run: Run, error: NotReady): Steps<void> {
  const { view, route, recorded } = run;
  const { names, namespace } = view;
  run.tell(
    'Warning',
    `Promotion of ${names.target}.${namespace} failed, primary not ready: ${error.message}`,
  );
  route.set({ primary: 0, canary: 100, mirrored: false });
  recorded.weights(0, 100);
  yield* fail(run, 100);
}

function* fail(run: Run, canaryWeight: number): Steps<void> {
  const { view, recorded } = run;
  syncStatus(view, appliedSpec(view), { phase: 'Failed', canaryWeight });
  recorded.phase('Failed');
  recorded.ended('failures', strategyOf(view.spec), 'completed');
  yield* afterRollout(view, 'Failed', (type, message) => run.tell(type, message, 'Failed'));
}
