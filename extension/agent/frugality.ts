/**
 * V8's flags for the agent. It makes little garbage at a time: a small young generation keeps about 20 MB of memory
 * free; code that is compiled for size another 15. Neither costs time that can be measured.
 */
export const AGENT_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=1', '--optimize-for-size'];

/** One arena for malloc where glibc would make one for each thread: another 10 MB. Other systems do not heed it. */
export const AGENT_ENV: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
