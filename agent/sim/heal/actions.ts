/** Indices of the action space. */
export const DO_NOTHING = 0;
export const RESTART_POD = 1;
export const SCALE_UP = 2;
export const SCALE_DOWN = 3;
export const DRAIN_POD = 4;
