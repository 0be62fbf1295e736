import type { ManagedSettings } from '../releases';

/** Names of what a release of Coxswain makes beside the stable version. */
export interface CanaryNames {
  deployment: string;
  service: string;
  /** NGINX only. */
  ingress: string;
  /** Where the canary is compared with a baseline of its own age. */
  baselineDeployment: string;
  baselineService: string;
}

export const CANARY_SUFFIX = '-canary';
export const BASELINE_SUFFIX = '-baseline';

/** @param name of the stable Deployment */
export function canaryNames(name: string, { service, deployment }: ManagedSettings): CanaryNames {
  return {
    deployment: deployment ?? `${name}${CANARY_SUFFIX}`,
    service: `${service}${CANARY_SUFFIX}`,
    ingress: `${name}${CANARY_SUFFIX}`,
    baselineDeployment: `${name}${BASELINE_SUFFIX}`,
    baselineService: `${service}${BASELINE_SUFFIX}`,
  };
}

/** Whether a release is compared with a baseline: that is told by what its note says is made. */
export function hasBaseline(made: readonly string[], { baselineDeployment }: CanaryNames): boolean {
  return made.includes(`Deployment/${baselineDeployment}`);
}
