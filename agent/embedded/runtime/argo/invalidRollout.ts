/** A Rollout that cannot be carried out as it is written, or whose surroundings are missing; in Argo's words. */
export class InvalidRollout extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidRollout';
  }
}

/** As Kubernetes words a field with a wrong value. */
export function invalidField(path: string, value: unknown, why: string): InvalidRollout {
  return new InvalidRollout(`${path}: Invalid value: ${JSON.stringify(value)}: ${why}`);
}
