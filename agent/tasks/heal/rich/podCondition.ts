/**
 * What a pod looks like, as `conditionOf` of the live facts tells it, as numbers for arrays. A pod that nobody has to
 * look at (one that is being deleted) is `GONE`.
 */
export const GONE = 0;
export const SERVING = 1;
/** Starts, waits for a node, or is not ready any more. */
export const NOT_READY = 2;
export const CRASHING = 3;
/** Taken out of its Services by us. */
export const DRAINED = 4;
