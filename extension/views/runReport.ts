import type { ExperimentRun, ProbeResult, Result } from '../../agent/protocol';
import { capitalised, formatAge, formatTime, sentence } from '../../agent/protocol/format';
import { begunBy, EFFECT_TEXTS, isRunning, runProgress, scoreText } from '../../webview/model/runs';
import { escapedMarkdown as escaped, fenced, markdownTable } from './markdown';

const WHEN: Record<ProbeResult['when'], string> = {
  before: 'Before the fault',
  during: 'While it lasted',
  after: 'After it',
};

/** A run as a Markdown page: verdict, effect, the hypothesis before, during and after, and the log. */
export function runReport(run: ExperimentRun): string {
  return [
    `# ${escaped(run.title)}: ${isRunning(run) ? 'running' : (run.verdict ?? 'no verdict')}`,
    escaped(isRunning(run) ? sentence(capitalised(runProgress(run))) : run.text),
    markdownTable(['', ''], facts(run)),
    '## Effect',
    effectText(run),
    '## Steady state',
    ...hypothesis(run.probes),
    '## Log',
    log(run),
    '',
  ].join('\n\n');
}

/** What a check of an experiment has found, as a Markdown page. */
export function verifyReport({
  experiment,
  probes,
  manifests,
  problems,
}: Result<'verifyExperiment'>): string {
  return [
    `# ${escaped(experiment.title)}: ${problems.length === 0 ? 'can be run' : 'cannot be run now'}`,
    'Nothing was injected.',
    ...(problems.length === 0 ? [] : [problems.map((problem) => `- ${escaped(problem)}`).join('\n')]),
    markdownTable(
      ['', ''],
      [
        ['Experiment', experiment.name],
        ['Fault', experiment.kind ?? 'not known'],
        ['Target', experiment.workloadId ?? 'any workload; it is asked for'],
        ['Carried out by', experiment.provider ?? 'nobody here'],
        ['Lasts', experiment.durationMs === null ? 'not known' : formatAge(experiment.durationMs)],
        ['File', experiment.path ?? 'shipped with Coxswain, or not saved'],
      ],
    ),
    '## Steady state now',
    probes.length === 0 ? 'It has no probes.' : probeTable(probes),
    '## What would be sent',
    manifests.length === 0 ? 'Nothing.' : manifests.map((text) => fenced('yaml', text)).join('\n\n'),
    '',
  ].join('\n\n');
}

function facts(run: ExperimentRun): [string, string][] {
  const { startedAtMs, injectedAtMs, confirmedAtMs, endedAtMs, recoveredAtMs, finishedAtMs } = run;
  const at = (label: string, atMs: number | null): [string, string][] =>
    atMs === null ? [] : [[label, `${formatTime(atMs)}, ${formatAge(atMs - startedAtMs)} after the start`]];
  return [
    ['Experiment', run.experiment],
    ['Fault', run.kind],
    ['Target', run.workloadId],
    ['Carried out by', run.provider],
    ['Begun by', begunBy(run)],
    ...(run.path === null ? [] : ([['File', run.path]] as [string, string][])),
    ...(run.resilienceScore === null
      ? []
      : ([['Resilience', scoreText(run.resilienceScore)]] as [string, string][])),
    ['Started', formatTime(startedAtMs)],
    ...at('Injected', injectedAtMs),
    ...at('Effect confirmed', confirmedAtMs),
    ...at('Fault over', endedAtMs),
    ...at('Steady state back', recoveredAtMs),
    ...at('Finished', finishedAtMs),
  ];
}

function effectText({ effect }: ExperimentRun): string {
  if (effect === null) return 'It was not looked for.';
  return `**${capitalised(EFFECT_TEXTS[effect.verdict])}.** ${escaped(effect.text)}`;
}

function hypothesis(probes: readonly ProbeResult[]): string[] {
  if (probes.length === 0) return ['It has no probes, or none was asked.'];
  return (Object.keys(WHEN) as ProbeResult['when'][]).flatMap((when) => {
    const asked = probes.filter((probe) => probe.when === when);
    return asked.length === 0 ? [] : [`### ${WHEN[when]}`, probeTable(asked)];
  });
}

function probeTable(probes: readonly ProbeResult[]): string {
  return markdownTable(
    ['At', 'Probe', 'Outcome', 'Found', 'Expected', 'Asked'],
    probes.map(({ atMs, name, outcome, found, expected, asked }) => [
      formatTime(atMs),
      name,
      outcome === 'no-data' ? 'no data' : outcome,
      found,
      expected,
      asked,
    ]),
  );
}

function log({ log: lines }: ExperimentRun): string {
  if (lines.length === 0) return 'It is empty.';
  return lines.map(({ atMs, text }) => `- ${formatTime(atMs)} ${escaped(text)}`).join('\n');
}
