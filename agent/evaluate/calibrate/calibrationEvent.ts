import * as z from 'zod';
import { Calibration, ErrorInfoSchema } from '../../protocol';

/** What `coxswain calibrate --events` says, line by line, to the agent that has started it. */
export const CalibrationEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), step: z.string(), done: z.number(), total: z.number() }),
  z.object({ kind: z.literal('finished'), calibration: Calibration }),
  z.object({ kind: z.literal('failed'), error: ErrorInfoSchema }),
]);
export type CalibrationEvent = z.infer<typeof CalibrationEvent>;
