/**
 * V8's flags for the agent. It makes little garbage at a time: a small young generation keeps about 20 MB of memory
 * free, and costs no time that can be measured.
 */
export const AGENT_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=1'];
