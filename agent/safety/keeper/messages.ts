import * as z from 'zod';
import { Charge } from './charge';

/**
 * What the agent tells its keeper, a JSON line each. The end of the pipe without a goodbye is the agent's death; long
 * silence while something is held is as good as that.
 */
export const KeeperOrder = z.union([
  /** It lives, and says so again each time that so many ms of wall time are over while something is held. */
  z.strictObject({ beat: z.number().int().min(1).max(3_600_000) }),
  /** From now on it is to be put right when the agent dies; answered before the agent changes anything. */
  z.strictObject({ hold: Charge }),
  /** By its key: it is as it was. */
  z.strictObject({ release: z.string() }),
  /** The agent ends, and nothing is to be done. */
  z.strictObject({ goodbye: z.literal(true) }),
]);
export type KeeperOrder = z.infer<typeof KeeperOrder>;

/** What the keeper answers to `hold`, by the key of what is held. */
export const KeeperAnswer = z.union([
  z.strictObject({ held: z.string() }),
  z.strictObject({ refused: z.string(), why: z.string() }),
]);
export type KeeperAnswer = z.infer<typeof KeeperAnswer>;
