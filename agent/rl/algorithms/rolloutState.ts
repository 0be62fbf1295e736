import * as z from 'zod';
import type { Json, SavedState } from '../savedState';
import { invalidState, joinStates, requirePart, splitState } from './nestedState';

/**
 * The states of actors that have neighbouring envs as one that says nothing of how the envs are spread, and back.
 * What follows relies on how `RolloutActor` and the vector env save: one entry per env, in lists and in bulk.
 */
export function joinActorStates(states: readonly SavedState[]): SavedState {
  const parts = states.map(parse);
  const envs: SavedState = {
    values: {
      envs: parts.flatMap(({ envs }) => envs),
      episodes: parts.flatMap(({ episodes }) => episodes),
    },
    arrays: {
      actions: concatenate(parts.map(({ actions }) => actions)),
      observations: concatenate(parts.map(({ observations }) => observations)),
    },
  };
  return joinStates({ randoms: parts.flatMap(({ randoms }) => randoms) }, { envs });
}

/** @param counts envs of each actor @throws CoxswainError `checkpoint-invalid` where there are not as many envs */
export function splitActorState(state: SavedState, counts: readonly number[]): SavedState[] {
  const whole = parse(state);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (whole.envs.length !== total) throw invalidState(`it has ${whole.envs.length} envs, not ${total}`);
  const steps = whole.envs.reduce((sum, { length }) => sum + length, 0);
  const actionSize = steps === 0 ? 0 : whole.actions.length / steps;
  const fields = whole.observations.length / total;
  let [first, firstAction] = [0, 0];
  return counts.map((count, actor) => {
    const last = first + count;
    const envs = whole.envs.slice(first, last);
    const lastAction = firstAction + envs.reduce((sum, { length }) => sum + length, 0) * actionSize;
    const part: SavedState = {
      // Episodes that nobody has taken yet go to the first, who hands them on like its own.
      values: { envs, episodes: actor === 0 ? whole.episodes : [] },
      arrays: {
        actions: whole.actions.slice(firstAction, lastAction),
        observations: whole.observations.slice(first * fields, last * fields),
      },
    };
    const randoms = whole.randoms.slice(first, last);
    [first, firstAction] = [last, lastAction];
    return joinStates({ randoms }, { envs: part });
  });
}

const Randoms = z.object({ randoms: z.array(z.json()) });
const Envs = z.object({
  envs: z.array(z.looseObject({ length: z.number().int() })),
  episodes: z.array(z.json()),
});

interface ActorState {
  randoms: Json[];
  envs: ({ length: number } & { readonly [key: string]: Json })[];
  episodes: Json[];
  actions: Float32Array;
  observations: Float32Array;
}

function parse(state: SavedState): ActorState {
  const { values, parts } = splitState(state);
  const vector = requirePart(parts, 'envs');
  const own = Randoms.safeParse(values);
  const envs = Envs.safeParse(vector.values);
  const { actions, observations } = vector.arrays;
  const isWhole = actions instanceof Float32Array && observations instanceof Float32Array;
  if (!own.success || !envs.success || !isWhole) throw invalidState('it has no envs');
  return { ...own.data, ...(envs.data as Pick<ActorState, 'envs' | 'episodes'>), actions, observations };
}

function concatenate(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const array of arrays) {
    whole.set(array, end);
    end += array.length;
  }
  return whole;
}
