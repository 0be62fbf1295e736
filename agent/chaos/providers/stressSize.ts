import type { Workload } from '../../cluster/snapshot';

const WITHOUT_LIMIT_MB = 512;

/** MiB that exceed the memory limit with what the container holds already: as much as the limit itself. */
export function stressSizeMb({ memoryLimitBytes }: Workload): number {
  return memoryLimitBytes === null ? WITHOUT_LIMIT_MB : Math.ceil(memoryLimitBytes / 2 ** 20);
}
