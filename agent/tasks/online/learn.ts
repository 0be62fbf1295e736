import { policyArm } from '../../evaluate/arm';
import { evaluateArms, heldOutSeeds } from '../../evaluate/evaluation';
import { createEngine } from '../../rl/engine/engines';
import type { Engine } from '../../rl/engine/network';
import { createActor } from '../../rl/policy/actor';
import type { PolicyModel } from '../../rl/policy/policyModel';
import { modelsDirectory } from '../../server/stateDirectory';
import { Random } from '../../sim/random';
import { ModelStore } from '../../training/modelStore';
import { ShippedPolicies } from '../../training/shippedPolicies';
import { ExperienceStore, type Transition } from './experienceStore';
import { actionsOf, choicesOf, FINE_TUNE, type FineTuneSettings, fineTune } from './fineTune';
import type { LearnTask } from './learnTask';
import { LEARN_TASKS, type LearningTask } from './learnTasks';
import { LEAST_TRANSITIONS, tooLittleExperience } from './leastExperience';
import { recalibrated } from './recalibrate';
import { type Comparison, compared, compareOnReplay, isNotWorse, split } from './replay';

export interface LearnRequest {
  task: LearningTask;
  stateDirectory: string;
  policiesDirectory: string;
  /** Of the policy of whose copy a candidate is made. */
  version: number;
  seed: number;
  /** Held-out episodes in the simulator. */
  episodes: number;
  codeVersion: string;
  nowMs: number;
}

export interface LearnResult {
  /** The candidate in the store; null where it was refused, and is thrown away. */
  candidate: number | null;
  transitions: number;
  replay: Comparison;
  simulator: Comparison;
  /** What came out of it, with the figures. */
  text: string;
}

/** At most so many of the newest: older ones may be of a cluster that has changed since. */
const MOST_TRANSITIONS = 20_000;

/**
 * Fine-tunes a copy of a stored policy on the stored experience, and keeps it where it is not worse than that one, in
 * replay and in the simulator's held-out episodes. Long: for a thread or process of its own.
 *
 * @throws CoxswainError as the stores do, `usage` without enough experience by the policy's contract
 */
export async function learn(
  request: LearnRequest,
  settings: FineTuneSettings = FINE_TUNE,
): Promise<LearnResult> {
  const { task, stateDirectory, policiesDirectory, version, seed } = request;
  const store = new ModelStore(
    modelsDirectory(stateDirectory),
    Date.now,
    new ShippedPolicies(policiesDirectory),
  );
  const learning = LEARN_TASKS[task];
  const base = store.load(task, version);
  const engine = createEngine('wasm');
  const random = new Random(seed);
  const parts = split(readExperience(learning, stateDirectory, base.spec));
  const tuned = fineTune(base, parts.learned, engine, random, settings);
  const policies = { candidate: choicesOf(tuned, engine), base: choicesOf(base, engine) };
  const critic = { ...settings.critic, actions: actionsOf(base) };
  const replay = compareOnReplay(parts, policies, engine, random, critic);
  const simulator = await compareInSimulator(learning, [tuned, base], request.episodes, engine, random);
  const accepted = isNotWorse(replay) && isNotWorse(simulator);
  const transitions = parts.learned.length + parts.heldOut.length;
  const candidate = accepted ? store.add(task, asCandidate(tuned, request, engine)) : null;
  return {
    candidate,
    transitions,
    replay,
    simulator,
    text: textOf(request, { candidate, transitions, replay, simulator }),
  };
}

function readExperience(task: LearnTask, stateDirectory: string, spec: string): Transition[] {
  const store = new ExperienceStore(stateDirectory);
  try {
    const found = task.experience(store, spec, MOST_TRANSITIONS);
    if (found.length < LEAST_TRANSITIONS) throw tooLittleExperience(found.length, spec);
    return found;
  } finally {
    store.close();
  }
}

async function compareInSimulator(
  task: LearnTask,
  [candidate, base]: readonly [PolicyModel, PolicyModel],
  episodes: number,
  engine: Engine,
  random: Random,
): Promise<Comparison> {
  const actors = [candidate, base].map((model) => createActor(model, engine));
  const results = await evaluateArms({
    createEnv: () => task.createEnv(base),
    arms: actors.map((actor, index) => policyArm(index === 0 ? 'candidate' : 'base', actor)),
    seeds: heldOutSeeds(episodes),
  });
  for (const actor of actors) actor.dispose();
  const [ours = [], theirs = []] = results.map(({ episodes: played }) =>
    played.map((episode) => episode.return),
  );
  return compared(ours, theirs, random);
}

function asCandidate(tuned: PolicyModel, request: LearnRequest, engine: Engine): PolicyModel {
  const { task, version, nowMs, codeVersion, seed } = request;
  const provenance = {
    ...tuned.provenance,
    parent: `${task}/${version}`,
    createdAtMs: nowMs,
    codeVersion,
    seed,
    evaluation: null,
  };
  return { ...recalibrated(tuned, engine, LEARN_TASKS[task].playJudged(tuned)), provenance };
}

function textOf(
  { task, version }: LearnRequest,
  { candidate, transitions, replay, simulator }: Omit<LearnResult, 'text'>,
): string {
  const told = (what: string, { difference, low, high, count }: Comparison, unit: string) =>
    `${what} ${difference.toFixed(3)} [${low.toFixed(3)}…${high.toFixed(3)}] over ${count} ${unit}`;
  const figures = `${told('replay', replay, 'states')}, ${told('simulator', simulator, 'episodes')}`;
  const made = `a copy of ${task}/${version} was fine-tuned on ${transitions} transitions`;
  return candidate === null
    ? `${made} and refused, for it is worse than ${task}/${version}: ${figures}`
    : `${made} and kept as ${task}/${candidate}, not worse than ${task}/${version}: ${figures}`;
}
