import type { NewObject } from '../../objectStore';

/** The experiments that the embedded cluster can carry out, with the values that their environment has by default. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'pod-delete': { TOTAL_CHAOS_DURATION: '15', CHAOS_INTERVAL: '5', FORCE: 'true' },
  'pod-cpu-hog': { TOTAL_CHAOS_DURATION: '60', CPU_CORES: '1', CPU_LOAD: '100' },
  'pod-memory-hog': { TOTAL_CHAOS_DURATION: '60', MEMORY_CONSUMPTION: '500', NUMBER_OF_WORKERS: '1' },
  'pod-network-latency': { TOTAL_CHAOS_DURATION: '60', NETWORK_LATENCY: '2000', JITTER: '0' },
  'pod-network-loss': { TOTAL_CHAOS_DURATION: '60', NETWORK_PACKET_LOSS_PERCENTAGE: '100' },
};
const COMMON = { RAMP_TIME: '', TARGET_PODS: '', PODS_AFFECTED_PERC: '', SEQUENCE: 'parallel' };

/** The ChaosExperiments of Litmus' hub for them, in a namespace: Litmus looks for them in that of the engine. */
export function litmusExperiments(namespace: string): NewObject[] {
  return Object.entries(DEFAULTS).map(([name, values]) => ({
    apiVersion: 'litmuschaos.io/v1alpha1',
    kind: 'ChaosExperiment',
    metadata: {
      name,
      namespace,
      labels: {
        name,
        'app.kubernetes.io/part-of': 'litmus',
        'app.kubernetes.io/component': 'chaosexperiment',
      },
    },
    spec: {
      definition: {
        scope: 'Namespaced',
        image: 'litmuschaos.docker.scarf.sh/litmuschaos/go-runner:latest',
        command: ['/bin/bash'],
        args: ['-c', `./experiments -name ${name}`],
        env: Object.entries({ ...values, ...COMMON }).map(([variable, value]) => ({ name: variable, value })),
      },
    },
  }));
}
