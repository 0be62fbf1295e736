import * as z from 'zod';

/** What a policy may propose. The executor of a task turns it into one reversible write. */
export const Action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('restart-pod'), pod: z.string(), podUid: z.string() }),
  z.object({ kind: z.literal('scale'), from: z.number().int(), to: z.number().int() }),
  z.object({ kind: z.literal('drain-pod'), pod: z.string(), podUid: z.string() }),
  z.object({ kind: z.literal('undrain-pod'), pod: z.string(), podUid: z.string() }),
]);
export type Action = z.infer<typeof Action>;
export type ActionKind = Action['kind'];

/** The action as a person would say it. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'none':
      return 'do nothing';
    case 'restart-pod':
      return `restart pod ${action.pod}`;
    case 'scale':
      return `scale ${action.to > action.from ? 'up' : 'down'} ${action.from} → ${action.to}`;
    case 'drain-pod':
      return `drain pod ${action.pod}`;
    case 'undrain-pod':
      return `return pod ${action.pod} to its Service`;
  }
}
