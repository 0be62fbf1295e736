import * as z from 'zod';
import { ResourceAddress } from '../change';

/**
 * What the agent tells its keeper, a JSON line each. The end of the pipe without a goodbye is the agent's death; long
 * silence while something is held is as good as that.
 */
export const KeeperOrder = z.union([
  /** It lives, and says so again each time that so many ms of wall time are over while something is held. */
  z.strictObject({ beat: z.number().int().min(1).max(3_600_000) }),
  /** From now on it is to be handed back when the agent dies; answered before the agent changes anything. */
  z.strictObject({ hold: ResourceAddress }),
  /** It was handed back. */
  z.strictObject({ release: ResourceAddress }),
  /** The agent ends, and nothing is to be done. */
  z.strictObject({ goodbye: z.literal(true) }),
]);
export type KeeperOrder = z.infer<typeof KeeperOrder>;

/** What the keeper answers to `hold`. */
export const KeeperAnswer = z.union([
  z.strictObject({ held: ResourceAddress }),
  z.strictObject({ refused: ResourceAddress, why: z.string() }),
]);
export type KeeperAnswer = z.infer<typeof KeeperAnswer>;

/** As a key. */
export function addressText({ apiVersion, plural, namespace, name }: ResourceAddress): string {
  return [apiVersion, plural, namespace, name].join('/');
}
