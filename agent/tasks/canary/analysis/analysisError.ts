/** An analysis that cannot be run as it is written. The message is for people, in Argo Rollouts' words where it has some. */
export class AnalysisError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AnalysisError';
  }
}
