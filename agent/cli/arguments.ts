import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers for commander's options. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** How a version is named within its task: by its number, or, for one that comes with Coxswain, after its file. */
export function isVersionName(text: string): boolean {
  return /^([1-9]\d{0,8}|shipped-[\w-]+)$/.test(text);
}

/** A parser of versions for commander's arguments. */
export function versionName(text: string): string {
  if (isVersionName(text)) return text;
  throw new InvalidArgumentError('Expected a version, such as 3 or shipped-54-ppo.');
}

/** A JSON object, as env options are given. */
export function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('Expected a JSON object, for example {"seconds": 5}.');
}

/** Numbers with commas between. */
export function numberList(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError('Expected numbers with commas between, for example 0.4,0.3,0.2,0.1.');
}
