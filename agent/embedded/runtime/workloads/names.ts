import type { Random } from '../../../sim/random';

/** Kubernetes' alphabet for generated names: no vowels, nothing that looks like another character. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const FNV_OFFSET = 2166136261;
const FNV_PRIME = 16777619;

/** `pod-template-hash`: FNV-1a over the template, whatever the order of its keys, in Kubernetes' alphabet. */
export function templateHash(template: unknown): string {
  let hash = FNV_OFFSET;
  for (const character of canonicalJson(template)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), FNV_PRIME);
  }
  return [...String(hash >>> 0)].map((digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('');
}

export function randomSuffix(random: Random): string {
  return Array.from({ length: 5 }, () => ALPHABET[random.below(ALPHABET.length)]).join('');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
