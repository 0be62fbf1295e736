import * as z from 'zod';
import { ERROR_CODES } from './errors';

/** The schema of `ErrorInfo`. */
export const ErrorInfoSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  remedy: z.string(),
});
