import type * as z from 'zod';
import { CoxswainError } from '../protocol';

/** The options of an env, defaults filled in. @throws CoxswainError `config-invalid` that names every problem */
export function parseEnvOptions<Schema extends z.ZodType>(
  env: string,
  schema: Schema,
  options: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new CoxswainError(
    'config-invalid',
    `The options of the env ${env} are not valid: ${problems.join('; ')}`,
    'Correct them; the options and their ranges are in docs/learning.md.',
  );
}
