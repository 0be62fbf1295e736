/** A refusal as the Kubernetes API words it: HTTP code, a `reason` for programs, a message for people. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The body that the API answers with. */
  toStatus(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

export interface StatusDetails {
  name?: string;
  group?: string;
  /** A plural or a kind, as in Kubernetes. */
  kind?: string;
  causes?: StatusCause[];
}

export interface StatusCause {
  reason: string;
  message: string;
  field?: string;
}

interface Target {
  group: string;
  plural: string;
}

/** `deployments.apps`, or `pods` for the core group. */
export function qualifiedName({ group, plural }: Target): string {
  return group ? `${plural}.${group}` : plural;
}

function details({ group, plural }: Target, name: string): StatusDetails {
  return { name, ...(group && { group }), kind: plural };
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function notFound(target: Target, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${qualifiedName(target)} "${name}" not found`,
    details(target, name),
  );
}

export function alreadyExists(target: Target, name: string): StatusError {
  const message = `${qualifiedName(target)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, details(target, name));
}

export function conflict(target: Target, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedName(target)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, details(target, name));
}

/** The resourceVersion asked for is no longer (or not yet) in the event log: list again. */
export function expired(revision: number, oldest: number): StatusError {
  return new StatusError(410, 'Expired', `too old resource version: ${revision} (${oldest})`);
}

/** 422, with one cause for each field. */
export function invalid(group: string, kind: string, name: string, causes: StatusCause[]): StatusError {
  const list = causes.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  const text = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  const qualified = group ? `${kind}.${group}` : kind;
  return new StatusError(422, 'Invalid', `${qualified} "${name}" is invalid: ${text}`, {
    name,
    ...(group && { group }),
    kind,
    causes,
  });
}
