import * as z from 'zod';

/**
 * Asked by the agent of the editor that has started it, on stdio only: the secret that a setting names as `vscode:name`.
 * Null where the user has stored none under that name. It is to be used at once and kept nowhere.
 */
export const HOST_SECRET = {
  method: 'coxswain/secret',
  params: z.strictObject({ name: z.string().min(1) }),
  result: z.strictObject({ value: z.string().nullable() }),
} as const;
