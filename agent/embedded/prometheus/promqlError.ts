/** Prometheus' own error types: `bad_data` for a request that makes no sense, `execution` for one that fails. */
export type PromqlErrorType = 'bad_data' | 'execution';

/** The only error that parsing and evaluating a query throws. */
export class PromqlError extends Error {
  readonly type: PromqlErrorType;

  constructor(type: PromqlErrorType, message: string) {
    super(message);
    this.name = 'PromqlError';
    this.type = type;
  }
}
