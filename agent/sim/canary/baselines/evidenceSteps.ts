import {
  type EvidenceStepsSettings,
  evidenceStepsSettings,
  evidenceStepsWeight,
} from '../../../tasks/canary/pace/evidenceSteps';
import type { ReleaseRule } from './releaseRule';

/** The live rule `evidence-steps`, with its default settings where none are told. It never ends a release. */
export function evidenceSteps(
  name = 'evidence-steps',
  settings: EvidenceStepsSettings = evidenceStepsSettings(),
): ReleaseRule {
  return { name, reset: () => undefined, decide: (view) => evidenceStepsWeight(view, settings) };
}
