import type { EvidenceSide, EvidenceState, EvidenceVerdict } from '../../agent/protocol';
import type { ReleaseTone } from './releases';

/** One of the four tests, in words with figures. */
export interface TestLine {
  /** `Harm by errors`. */
  title: string;
  /** `1 : 18 against, roll back from 20 : 1 on`. */
  text: string;
  /** How far it is on its way to its bar, 0…1. */
  share: number;
  reached: boolean;
  kind: 'harm' | 'safety';
}

/** What it is that is counted of a side. */
export const SIDES = [
  { key: 'errors', title: 'errors', hits: 'failed' },
  { key: 'latency', title: 'latency', hits: 'were slow' },
] as const satisfies readonly { key: 'errors' | 'latency'; title: string; hits: string }[];

/** What a bar is for, as the charts write it. */
export const BAR_NAMES = { harm: 'roll back above', safety: 'promote above' } as const;

const VERDICTS: Readonly<Record<EvidenceVerdict, { title: string; tone: ReleaseTone }>> = {
  undecided: { title: 'Nothing is certain yet', tone: 'plain' },
  harm: { title: 'The canary does harm', tone: 'bad' },
  safe: { title: 'The canary is safe', tone: 'good' },
  limited: { title: 'Safe with limited proof', tone: 'notice' },
};

export function verdictWords({ verdict }: Pick<EvidenceState, 'verdict'>): {
  title: string;
  tone: ReleaseTone;
} {
  return VERDICTS[verdict];
}

/** Which bars are in use, and what that means. */
export function variantText({ variant }: Pick<EvidenceState, 'variant'>): string {
  return variant === 'fast'
    ? 'fast: finds harm sooner; calibrated, not valid at a level whatever the data'
    : 'strict: keeps its false-alarm level whatever the data';
}

/** The four tests, harm first. */
export function testLines(evidence: EvidenceState): TestLine[] {
  return (['harm', 'safety'] as const).flatMap((kind) =>
    SIDES.map(({ key, title }) => testLine(kind, title, evidence[key][kind])),
  );
}

function testLine(kind: TestLine['kind'], side: string, { log10, bar }: EvidenceSide['harm']): TestLine {
  const what = kind === 'harm' ? 'roll back' : 'promote';
  return {
    title: kind === 'harm' ? `Harm by ${side}` : `Safety of ${side}`,
    text: `${oddsText(log10)}; ${what} from ${oddsText(bar)} on`,
    share: bar <= 0 ? 1 : Math.min(1, Math.max(0, log10 / bar)),
    reached: log10 >= bar,
    kind,
  };
}

/** An e-value as odds: `20 : 1` for it, `1 : 18` against it, `even`. */
export function oddsText(log10: number): string {
  const size = Math.abs(log10);
  if (size < 0.02) return 'even';
  const odds = size >= 4 ? `10^${size.toFixed(1)}` : roundOdds(10 ** size);
  return log10 > 0 ? `${odds} : 1` : `1 : ${odds}`;
}

function roundOdds(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

/** `3 of 420 (0.71 %) failed on the canary, 12 of 1680 (0.71 %) on stable`. */
export function countsText(
  { canary, stable }: EvidenceSide,
  hits: string,
  comparedWith: EvidenceState['comparedWith'],
): string {
  return `${hitsText(canary)} ${hits} on the canary, ${hitsText(stable)} on ${OTHERS[comparedWith]}`;
}

/** What the canary is compared with. */
const OTHERS: Readonly<Record<EvidenceState['comparedWith'], string>> = {
  stable: 'stable',
  baseline: 'the baseline',
};

/** What the canary is compared with, in a sentence. */
export function comparisonText({ comparedWith }: Pick<EvidenceState, 'comparedWith'>): string {
  return comparedWith === 'baseline'
    ? 'Compared with a baseline: fresh pods of the stable version.'
    : 'Compared with the pods of the stable version.';
}

function hitsText({ hits, requests }: { hits: number; requests: number }): string {
  const share = requests === 0 ? '' : ` (${((100 * hits) / requests).toFixed(2)} %)`;
  return `${Math.round(hits)} of ${Math.round(requests)}${share}`;
}

/** What the canary's requests are hit more at most, in percentage points; null without data. */
export function mostHarmText(
  { mostHarm }: EvidenceSide,
  comparedWith: EvidenceState['comparedWith'],
): string | null {
  return mostHarm === null
    ? null
    : `at most ${(100 * mostHarm).toFixed(1)} points more than ${OTHERS[comparedWith]}`;
}
