import type { EffectVerdict, ProbeResult, RunVerdict } from '../../protocol';
import type { Probe } from '../experiment/probe';

/** What the probes of the steady state have shown, the last word on each: see `lastWords`. */
export interface Evidence {
  effect: { verdict: EffectVerdict; text: string } | null;
  probes: readonly Probe[];
  results: readonly ProbeResult[];
}

export interface Judgement {
  verdict: RunVerdict;
  resilienceScore: number | null;
  text: string;
}

/** How a run has ended whose fault was injected, and is over. Pure. */
export function judgeRun({ effect, probes, results }: Evidence): Judgement {
  const words = lastWords(probes, results);
  const resilienceScore = scoreOf(words);
  const failed = words.filter(({ outcome }) => outcome === 'failed');
  const silent = words.filter(({ outcome }) => outcome === 'no-data');
  if (effect?.verdict !== 'confirmed') {
    const why = effect === null ? 'it was not looked for' : effect.text;
    return {
      verdict: 'inconclusive',
      resilienceScore,
      text: `The effect was not shown to be there: ${why}.`,
    };
  }
  if (failed.length > 0) {
    const text = `The steady state did not hold: ${failed.map(wordText).join('; ')}.`;
    return { verdict: 'failed', resilienceScore, text };
  }
  if (silent.length > 0) {
    const text = `There was no data on ${silent.map(wordText).join('; ')}.`;
    return { verdict: 'inconclusive', resilienceScore, text };
  }
  const held =
    words.length === 0
      ? 'The fault is over; no probe says what had to hold'
      : 'The steady state held or came back in time';
  return { verdict: 'passed', resilienceScore, text: `${held}. Effect: ${effect.text}.` };
}

/** The last word on one probe at one time. */
interface Word {
  probe: Probe;
  when: 'during' | 'after';
  outcome: ProbeResult['outcome'];
  found: string;
}

/** While the fault lasts one failure is enough; else the last look counts, so that silence never holds. */
function lastWords(probes: readonly Probe[], results: readonly ProbeResult[]): Word[] {
  return probes.flatMap((probe) => {
    const of = (when: ProbeResult['when']) =>
      results.filter((each) => each.name === probe.name && each.when === when);
    const during = of('during');
    const whileItLasts = during.find(({ outcome }) => outcome === 'failed') ?? during.at(-1);
    return [
      ...(probe.during ? [toWord(probe, 'during', whileItLasts)] : []),
      toWord(probe, 'after', of('after').at(-1)),
    ];
  });
}

function toWord(probe: Probe, when: Word['when'], result: ProbeResult | undefined): Word {
  return {
    probe,
    when,
    outcome: result?.outcome ?? 'no-data',
    found: result?.found ?? 'it was not looked at',
  };
}

/** 0…100: the weighted share of what held among what there is data on; null without any. */
function scoreOf(words: readonly Word[]): number | null {
  const known = words.filter(({ outcome }) => outcome !== 'no-data');
  const weight = (list: readonly Word[]) => list.reduce((sum, { probe }) => sum + probe.weight, 0);
  const total = weight(known);
  if (total === 0) return null;
  return Math.round((1000 * weight(known.filter(({ outcome }) => outcome === 'passed'))) / total) / 10;
}

function wordText({ probe, when, found }: Word): string {
  return `${probe.name} ${when === 'during' ? 'during the fault' : 'after it'} (${found})`;
}
