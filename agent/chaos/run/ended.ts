import { errorText, type ProbeResult, toErrorInfo } from '../../protocol';
import type { Judgement } from './verdict';

/** Why a run ends before its time. */
export class Ended extends Error {
  readonly judgement: Judgement;

  constructor(verdict: Judgement['verdict'], text: string) {
    super(text);
    this.judgement = { verdict, resilienceScore: null, text };
  }
}

/** What an error means for the run that it ends. */
export function judgementOf(error: unknown): Judgement {
  if (error instanceof Ended) return error.judgement;
  return { verdict: 'error', resilienceScore: null, text: errorText(toErrorInfo(error)) };
}

/** What a probe has found, against what was expected. */
export function resultText({ name, found, expected }: ProbeResult): string {
  return `${name}: ${found}, expected ${expected}`;
}
