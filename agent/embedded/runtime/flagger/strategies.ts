import { mayIncreaseTraffic, mayPromote, type Steps, type Tell } from './canaryHooks';
import type { Recorded } from './canaryMetrics';
import { strategyOf } from './canarySpec';
import type { CanaryView } from './canaryView';
import type { Route, Weights } from './routes/route';
import { setCounts, setPhase } from './statusWriter';
import { promote } from './target';

const ALL = 100;

/** What the steps of an analysis work with. */
export interface Moves {
  view: CanaryView;
  route: Route;
  tell: Tell;
  recorded: Recorded;
}

/** One step of an analysis that has gone well so far. Throws Error. */
export function* advanceAnalysis(moves: Moves, weights: Weights): Steps<void> {
  const { view } = moves;
  switch (strategyOf(view.spec)) {
    case 'ab-testing':
      yield* advanceAb(moves);
      return;
    case 'blue-green':
      yield* advanceBlueGreen(moves, weights);
      return;
    case 'canary':
      yield* advanceCanary(moves, weights);
  }
}

/** Traffic goes back to the primary, which has the new version by now. */
export function shiftToPrimary({ view, route, tell, recorded }: Moves, { primary, canary }: Weights): void {
  const step = view.spec.analysis.stepWeightPromotion;
  if (view.spec.provider === 'kubernetes') {
    setPhase(view, 'Finalising');
    return;
  }
  if (step === 0) {
    tell('Normal', 'Routing all traffic to primary');
    route.set({ primary: ALL, canary: 0, mirrored: false });
    recorded.weights(ALL, 0);
    setPhase(view, 'Finalising');
    return;
  }
  if (canary === 0) return;
  const next = { primary: Math.min(ALL, primary + step), canary: Math.max(0, canary - step) };
  route.set({ ...next, mirrored: false });
  recorded.weights(next.primary, next.canary);
  tell('Normal', `Advance ${view.title} primary weight ${next.primary}`);
  if (next.primary === ALL) setPhase(view, 'Finalising');
  else setCounts(view, { canaryWeight: next.canary });
}

function* advanceCanary(moves: Moves, weights: Weights): Steps<void> {
  const { view, route, tell, recorded } = moves;
  const step = nextStep(view, weights.canary);
  if (step === 0) return;
  const isIncrease = !weights.mirrored && view.status.phase !== 'WaitingPromotion';
  if (isIncrease && !(yield* mayIncreaseTraffic(view, tell))) return;
  if (weights.canary >= mostWeight(view)) {
    yield* promoteTarget(moves);
    return;
  }
  const next = afterStep(view, weights, step);
  route.set(next);
  setCounts(view, { canaryWeight: next.canary });
  recorded.weights(next.primary, next.canary);
  tell('Normal', `Advance ${view.title} canary weight ${next.canary}`);
}

/** With mirroring there is one step of it before the canary answers for itself. */
function afterStep({ spec }: CanaryView, { primary, canary, mirrored }: Weights, step: number): Weights {
  if (spec.analysis.mirror && canary === 0) {
    return mirrored
      ? { primary: ALL - step, canary: step, mirrored: false }
      : { primary: ALL, canary: 0, mirrored: true };
  }
  return { primary: Math.max(0, primary - step), canary: Math.min(ALL, canary + step), mirrored };
}

/** By how much the weight grows; more than 0 at the end too, where it leads to the promotion. */
function nextStep({ spec }: CanaryView, canaryWeight: number): number {
  const { stepWeight, stepWeights } = spec.analysis;
  if (stepWeight > 0 || stepWeights.length === 0) return stepWeight;
  const rest = ALL - canaryWeight;
  if (rest === 0) return 1;
  const at = canaryWeight === 0 ? -1 : stepWeights.indexOf(canaryWeight);
  const isListed = canaryWeight === 0 || at >= 0;
  const next = isListed ? stepWeights[at + 1] : undefined;
  return next === undefined ? rest : Math.min(rest, next - canaryWeight);
}

function mostWeight({ spec }: CanaryView): number {
  const { maxWeight, stepWeights } = spec.analysis;
  const last = stepWeights.at(-1);
  if (last !== undefined) return Math.min(ALL, last);
  return maxWeight > 0 ? maxWeight : ALL;
}

function* advanceAb(moves: Moves): Steps<void> {
  const { view, route, recorded } = moves;
  if (view.spec.analysis.iterations > view.status.iterations) {
    route.set({ primary: 0, canary: ALL, mirrored: false });
    recorded.weights(0, ALL);
    countIteration(moves);
    return;
  }
  yield* promoteTarget(moves);
}

function* advanceBlueGreen(moves: Moves, { mirrored }: Weights): Steps<void> {
  const { view, route, tell, recorded } = moves;
  const { provider, analysis } = view.spec;
  const isSplit = provider !== 'kubernetes';
  if (analysis.iterations > view.status.iterations) {
    if (isSplit && analysis.mirror && !mirrored) route.set({ primary: ALL, canary: 0, mirrored: true });
    countIteration(moves);
    return;
  }
  if (!(yield* mayPromote(view, tell))) return;
  if (analysis.iterations === view.status.iterations) {
    if (isSplit) {
      const verb = analysis.mirror ? 'Stop traffic mirroring and route' : 'Routing';
      tell('Normal', `${verb} all traffic to canary`);
      route.set({ primary: 0, canary: ALL, mirrored: false });
      recorded.weights(0, ALL);
    }
    setCounts(view, { iterations: view.status.iterations + 1 });
    return;
  }
  copyToPrimary(moves);
}

function countIteration({ view, tell }: Moves): void {
  const iterations = view.status.iterations + 1;
  setCounts(view, { iterations });
  tell('Normal', `Advance ${view.title} canary iteration ${iterations}/${view.spec.analysis.iterations}`);
}

function* promoteTarget(moves: Moves): Steps<void> {
  if (yield* mayPromote(moves.view, moves.tell)) copyToPrimary(moves);
}

function copyToPrimary({ view, tell }: Moves): void {
  tell('Normal', copyText(view));
  promote(view);
  setPhase(view, 'Promoting');
}

export function copyText({ names, namespace }: CanaryView): string {
  return `Copying ${names.target}.${namespace} template spec to ${names.primary}.${namespace}`;
}
