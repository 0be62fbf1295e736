import type { Proposal } from '../../../protocol';
import { CANARY_FIELDS, CANARY_SPEC } from '../../../sim/canary/observation';
import { type DecisionRow, type Explained, evidence, specOf } from '../../explained';

const SPECS = [{ name: CANARY_SPEC, fields: CANARY_FIELDS }];

/**
 * Why something was done to a release: its reason, which the evidence or the policy has given, and what there was to
 * see, against a canary without any requests.
 */
export function explainRelease(row: DecisionRow, told: Proposal | null): Explained {
  const spec = specOf(row.event, SPECS);
  return evidence(
    row,
    spec,
    Array.from(spec.fields, () => 0),
    told,
  );
}
