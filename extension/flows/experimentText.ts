import type { WorkloadRef } from '../../agent/protocol';

/**
 * What the extension has to know of an experiment file before the agent reads it, which alone parses YAML: read off
 * the lines, as people write them.
 */

/** Whether the file says which workload it is for. */
export function namesTarget(text: string): boolean {
  return /^target\s*:/m.test(text);
}

export function nameOf(text: string): string | null {
  return scalar(text, 'name');
}

/** For people: the title, else the name. */
export function titleOf(text: string): string {
  return scalar(text, 'title') ?? nameOf(text) ?? '';
}

export function descriptionOf(text: string): string {
  return scalar(text, 'description') ?? '';
}

/** Whether it is one of ours, and not an object of a chaos tool. */
export function isExperiment(text: string): boolean {
  return nameOf(text) !== null && /^(fault|workflow)\s*:/m.test(text);
}

/** The same experiment under another name, for a workload where one is given; what it says besides stays. */
export function adapted(text: string, name: string, target: WorkloadRef | null): string {
  const renamed = text.replace(/^name\s*:.*$/m, () => `name: ${name}`);
  if (target === null || namesTarget(renamed)) return renamed;
  const lines = `target:\n  namespace: ${target.namespace}\n  deployment: ${target.name}\n`;
  return renamed.replace(/^(fault|workflow)\s*:/m, (found) => `${lines}${found}`);
}

/** The name itself, or with a number where it is taken. */
export function freeName(base: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

function scalar(text: string, key: string): string | null {
  const value = new RegExp(`^${key}\\s*:\\s*(.*?)\\s*(?:\\s#.*)?$`, 'm').exec(text)?.[1];
  return value?.replace(/^(["'])(.*)\1$/, '$2') || null;
}
