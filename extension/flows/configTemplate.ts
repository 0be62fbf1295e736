import type { Mode } from '../../agent/protocol';

export const CONFIG_NAME = 'coxswain.yaml';

export interface TemplateValues {
  mode: Mode;
  /** Namespaces whose workloads may be acted on now. */
  namespaces: readonly string[];
}

/**
 * A coxswain.yaml that keeps what is in force and shows the settings that are changed most. Completion and hover
 * know all of them.
 */
export function configTemplate({ mode, namespaces }: TemplateValues): string {
  return `# What Coxswain watches and may do. Every setting has a default; changes apply when the file is saved.

# observe: never writes; approve: asks before each action; auto: acts within the guard.
mode: ${mode}

# Namespaces whose workloads may be acted on. Empty: those of the kubeconfig's context.
namespaces: ${JSON.stringify(namespaces)}

# Which cluster; the kubeconfig's current context where absent.
#context: my-context
#kubeconfig: ~/.kube/config

# What is still good, for every workload that has no objective of its own.
#slo:
#  latencyP95: 200ms
#  errorRate: 0.01

# Single workloads, by namespace/name.
#workloads:
#  shop/checkout:
#    observeOnly: true

# What keeps every action safe.
#guard:
#  maxReplicas: 10
#  actionInterval: 1m
#  proposalExpiry: 2m

# Found through the API server where absent.
#metrics:
#  prometheusUrl: http://localhost:9090
`;
}

/**
 * The configuration for the embedded cluster where the workspace has none. Acting is safe there; approving is what a
 * newcomer should see first, of releases too. The journal is kept apart from those of other windows, whose embedded
 * clusters have the same name.
 */
export function embeddedConfig(journalDirectory: string): string {
  return `# Written by Coxswain for the embedded cluster; overwritten at its next start.
mode: approve
canary:
  steering: own
journal:
  directory: ${JSON.stringify(journalDirectory)}
`;
}
