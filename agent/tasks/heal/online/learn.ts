import { policyArm } from '../../../evaluate/arm';
import { evaluateArms, heldOutSeeds } from '../../../evaluate/evaluation';
import { createEngine } from '../../../rl/engine/engines';
import type { Engine } from '../../../rl/engine/network';
import { createActor } from '../../../rl/policy/actor';
import type { PolicyModel } from '../../../rl/policy/policyModel';
import { modelsDirectory } from '../../../server/stateDirectory';
import { createHealEnv } from '../../../sim/heal/healEnv';
import { Random } from '../../../sim/random';
import { ModelStore } from '../../../training/modelStore';
import { ShippedPolicies } from '../../../training/shippedPolicies';
import { HEAL_RICH } from '../rich/richSpec';
import { HEAL_9 } from '../spec';
import { ExperienceStore, type Transition } from './experienceStore';
import { choicesOf, FINE_TUNE, type FineTuneSettings, fineTune } from './fineTune';
import { recalibrated } from './recalibrate';
import { type Comparison, compared, compareOnReplay, isNotWorse, split } from './replay';

export interface LearnRequest {
  stateDirectory: string;
  policiesDirectory: string;
  /** Of the policy that steers, of whose copy a candidate is made. */
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
 * Fine-tunes a copy of a stored policy on the stored experience, and keeps it where it is not worse than the one that
 * steers, in replay and in the simulator's held-out episodes. Long: for a thread or process of its own.
 *
 * @throws CoxswainError as the stores do, RangeError where there is no experience by the policy's contract
 */
export async function learn(
  request: LearnRequest,
  settings: FineTuneSettings = FINE_TUNE,
): Promise<LearnResult> {
  const { stateDirectory, policiesDirectory, version, seed } = request;
  const store = new ModelStore(
    modelsDirectory(stateDirectory),
    Date.now,
    new ShippedPolicies(policiesDirectory),
  );
  const steering = store.load('heal', version);
  const engine = createEngine('wasm');
  const random = new Random(seed);
  const parts = split(readExperience(stateDirectory, steering.spec));
  const tuned = fineTune(steering, parts.learned, engine, random, settings);
  const policies = { candidate: choicesOf(tuned, engine), steering: choicesOf(steering, engine) };
  const critic = { ...settings.critic, actions: 5 };
  const replay = compareOnReplay(parts, policies, engine, random, critic);
  const simulator = await compareInSimulator(tuned, steering, request.episodes, engine, random);
  const accepted = isNotWorse(replay) && isNotWorse(simulator);
  const transitions = parts.learned.length + parts.heldOut.length;
  const candidate = accepted ? store.add('heal', asCandidate(recalibrated(tuned, engine), request)) : null;
  return {
    candidate,
    transitions,
    replay,
    simulator,
    text: textOf(request, { candidate, transitions, replay, simulator }),
  };
}

/** Live experience is of the rich contract, whose first nine numbers are `heal/9`. */
function readExperience(stateDirectory: string, spec: string): Transition[] {
  const store = new ExperienceStore(stateDirectory);
  try {
    const own = store.newest(spec, MOST_TRANSITIONS);
    if (spec !== HEAL_9.name) return own;
    const nine = (values: readonly number[]) => values.slice(0, HEAL_9.fields.length);
    const rich = store.newest(HEAL_RICH.name, MOST_TRANSITIONS - own.length);
    return [
      ...own,
      ...rich.map((each) => ({ ...each, spec, state: nine(each.state), nextState: nine(each.nextState) })),
    ];
  } finally {
    store.close();
  }
}

async function compareInSimulator(
  candidate: PolicyModel,
  steering: PolicyModel,
  episodes: number,
  engine: Engine,
  random: Random,
): Promise<Comparison> {
  const { options } = steering.provenance.env;
  const actors = [candidate, steering].map((model) => createActor(model, engine));
  const results = await evaluateArms({
    createEnv: () => createHealEnv({ ...options, spec: steering.spec }),
    arms: actors.map((actor, index) => policyArm(index === 0 ? 'candidate' : 'steering', actor)),
    seeds: heldOutSeeds(episodes),
  });
  for (const actor of actors) actor.dispose();
  const [ours = [], theirs = []] = results.map(({ episodes: played }) =>
    played.map((episode) => episode.return),
  );
  return compared(ours, theirs, random);
}

function asCandidate(tuned: PolicyModel, { version, nowMs, codeVersion, seed }: LearnRequest): PolicyModel {
  const provenance = {
    ...tuned.provenance,
    parent: `heal/${version}`,
    createdAtMs: nowMs,
    codeVersion,
    seed,
    evaluation: null,
  };
  return { ...tuned, provenance };
}

function textOf(
  { version }: LearnRequest,
  { candidate, transitions, replay, simulator }: Omit<LearnResult, 'text'>,
): string {
  const told = (what: string, { difference, low, high, count }: Comparison, unit: string) =>
    `${what} ${difference.toFixed(3)} [${low.toFixed(3)}…${high.toFixed(3)}] over ${count} ${unit}`;
  const figures = `${told('replay', replay, 'states')}, ${told('simulator', simulator, 'episodes')}`;
  const made = `a copy of heal/${version} was fine-tuned on ${transitions} transitions`;
  return candidate === null
    ? `${made} and refused, for it is worse than heal/${version}: ${figures}`
    : `${made} and kept as heal/${candidate}, not worse than heal/${version}: ${figures}`;
}
