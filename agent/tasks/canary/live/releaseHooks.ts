import type { WorkloadRef } from '../../../protocol';
import { toErrorInfo } from '../../../protocol';
import type { HookOrder } from '../hooks/callHook';
import type { ReleasePorts } from './releasePorts';

type Ports = Pick<ReleasePorts, 'config' | 'callHook' | 'onError'>;
type Hook = HookOrder['hook'];
export type HookPhase = 'pre-rollout' | 'load-test' | 'post-rollout';

/** What has become of the hooks of one kind. */
export type HookState =
  | { kind: 'none' }
  | { kind: 'calling' }
  | { kind: 'agreed' }
  | { kind: 'failed'; why: string };

/**
 * The hooks of one release. They may take minutes, so that nothing waits for them: what they said is read when the next
 * decision is due.
 */
export class ReleaseHooks {
  readonly #ref: WorkloadRef;
  readonly #ports: Ports;
  readonly #tell: (text: string) => void;
  readonly #aborter = new AbortController();
  #checksum = '';
  #before: HookState = { kind: 'none' };
  #load: HookState = { kind: 'none' };

  /** @param tell of every call, for the journal */
  constructor(ref: WorkloadRef, ports: Ports, tell: (text: string) => void) {
    this.#ref = ref;
    this.#ports = ports;
    this.#tell = tell;
  }

  stop(): void {
    this.#aborter.abort(new Error('the controller has stopped'));
  }

  /** Another release: its hooks have not been called. */
  begin(checksum: string): void {
    this.#checksum = checksum;
    this.#before = this.#load = { kind: 'none' };
  }

  /** Those before any traffic; called once, and once more where one has failed and `again`. */
  beforeTraffic(): HookState {
    const { preRollout } = this.#ports.config().canary.hooks;
    if (preRollout.length === 0) return { kind: 'agreed' };
    if (this.#before.kind === 'none') {
      void this.#call(preRollout, 'pre-rollout', (state) => {
        this.#before = state;
      });
    }
    return this.#before;
  }

  /** Those in every interval. @returns what the calls of the interval before have come to */
  loadTest(): HookState {
    const { loadTest } = this.#ports.config().canary.hooks;
    if (loadTest.length === 0) return { kind: 'agreed' };
    const last = this.#load;
    if (last.kind !== 'calling') {
      void this.#call(loadTest, 'load-test', (state) => {
        this.#load = state;
      });
    }
    return last;
  }

  /** Those after the end. */
  afterEnd(): void {
    const { postRollout } = this.#ports.config().canary.hooks;
    if (postRollout.length > 0) void this.#call(postRollout, 'post-rollout', () => undefined);
  }

  /** One after the other; the first that fails and counts ends it. Never rejects. */
  async #call(hooks: readonly Hook[], phase: HookPhase, settle: (state: HookState) => void): Promise<void> {
    const checksum = this.#checksum;
    const isStill = () => checksum === this.#checksum;
    settle({ kind: 'calling' });
    try {
      for (const hook of hooks) {
        const why = await this.#ports.callHook(
          { hook, phase, release: this.#ref, checksum },
          this.#aborter.signal,
        );
        if (why !== null || phase !== 'load-test') this.#tell(`${phase} ${hook.name}: ${why ?? 'agreed'}`);
        if (why === null || !hook.mutable) continue;
        if (isStill()) settle({ kind: 'failed', why: `${hook.name}: ${why}` });
        return;
      }
      if (isStill()) settle({ kind: 'agreed' });
    } catch (error) {
      if (this.#aborter.signal.aborted) return;
      this.#ports.onError(toErrorInfo(error));
      if (isStill()) settle({ kind: 'failed', why: toErrorInfo(error).message });
    }
  }
}
