import { stringify } from 'yaml';
import type { FaultPlan } from '../chaos/providers/provider';

/** What would be sent, each object or change as a YAML text. */
export function planTexts({ changes }: FaultPlan): string[] {
  return changes.map(({ write }) => stringify(write.verb === 'create' ? write.object : write));
}
