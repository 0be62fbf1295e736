import type { ManagedSettings } from '../releases';

/** Names of what a release of Coxswain makes beside the stable version. */
export interface CanaryNames {
  deployment: string;
  service: string;
  /** NGINX only. */
  ingress: string;
}

export const CANARY_SUFFIX = '-canary';

/** @param name of the stable Deployment */
export function canaryNames(name: string, { service, deployment }: ManagedSettings): CanaryNames {
  return {
    deployment: deployment ?? `${name}${CANARY_SUFFIX}`,
    service: `${service}${CANARY_SUFFIX}`,
    ingress: `${name}${CANARY_SUFFIX}`,
  };
}
