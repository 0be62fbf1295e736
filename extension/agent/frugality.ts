/**
 * V8's flags for the agent. It makes little garbage at a time: a small young generation keeps about 20 MB of memory
 * free, and costs no time that can be measured.
 */
export const AGENT_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=1'];

/** One arena for malloc where glibc would make one for each thread: another 10 MB. Other systems do not heed it. */
export const AGENT_ENV: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
