import type { SavedState } from '../../agent/rl/savedState';

/** As it comes back from a file. */
export function stored(state: SavedState): SavedState {
  return { values: JSON.parse(JSON.stringify(state.values)), arrays: state.arrays };
}
