import type { NewObject } from '../objectStore';

const GIB = 2 ** 30;

export function namespace(name: string): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

/** A worker node of 4 cores and 8 GiB. `index` counts from 1. */
export function node(index: number, createdAt: string): NewObject {
  const name = `node-${index}`;
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: createdAt,
    lastTransitionTime: createdAt,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    spec: { podCIDR: `10.244.${index}.0/24` },
    status: {
      capacity: { cpu: '4', memory: String(8 * GIB), pods: '110' },
      allocatable: { cpu: '3900m', memory: String(7 * GIB), pods: '110' },
      addresses: [
        { type: 'InternalIP', address: `172.18.0.${index + 1}` },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        condition(
          'MemoryPressure',
          'False',
          'KubeletHasSufficientMemory',
          'kubelet has sufficient memory available',
        ),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      nodeInfo: {
        kubeletVersion: 'v1.35.0',
        osImage: 'Coxswain embedded cluster',
        containerRuntimeVersion: 'model://1',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  };
}

/** Where clients look for Prometheus. The API server's proxy answers for it. */
export function prometheusService(): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'prometheus-server',
      namespace: 'monitoring',
      labels: { 'app.kubernetes.io/name': 'prometheus', 'app.kubernetes.io/component': 'server' },
    },
    spec: {
      type: 'ClusterIP',
      ports: [{ name: 'http', port: 9090, protocol: 'TCP', targetPort: 9090 }],
    },
  };
}
