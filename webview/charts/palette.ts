/** The colours of the charts, by the name of their custom property in styles/theme.css. */
const PROPERTIES = {
  latency: '--cox-chart-latency',
  latencyTail: '--cox-chart-latency-tail',
  errors: '--cox-chart-errors',
  cpu: '--cox-chart-cpu',
  memory: '--cox-chart-memory',
  ready: '--cox-chart-ready',
  wanted: '--cox-chart-wanted',
  reward: '--cox-chart-reward',
  experiment: '--cox-chart-experiment',
  fault: '--cox-chart-fault',
  incident: '--cox-chart-incident',
  proposal: '--cox-chart-proposal',
  action: '--cox-chart-action',
  handover: '--cox-chart-handover',
  release: '--cox-chart-release',
  finding: '--cox-chart-finding',
  stable: '--cox-chart-stable',
  canary: '--cox-chart-canary',
  weight: '--cox-chart-weight',
  harm: '--cox-chart-harm',
  safety: '--cox-chart-safety',
  demand: '--cox-chart-demand',
  hpa: '--cox-chart-hpa',
  policy: '--cox-chart-policy',
  cost: '--cox-chart-cost',
  baseline: '--cox-chart-baseline',
  within: '--cox-chart-within',
  recovery: '--cox-chart-recovery',
  good: '--cox-good',
  notice: '--cox-notice',
  bad: '--cox-bad',
  return: '--cox-chart-return',
  validation: '--cox-chart-validation',
  loss: '--cox-chart-loss',
  exploration: '--cox-chart-exploration',
  quality: '--cox-chart-quality',
  pace: '--cox-chart-pace',
  text: '--cox-text',
  dim: '--cox-dim',
  grid: '--cox-chart-grid',
  background: '--cox-background',
} as const;

export type ColourName = keyof typeof PROPERTIES;
export type Palette = Record<ColourName, string>;

/** The colours of the theme that is on now. A canvas takes no custom properties, so they are read out. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = Object.entries(PROPERTIES).map(([name, property]) => [
    name,
    style.getPropertyValue(property).trim() || style.color,
  ]);
  return Object.fromEntries(entries) as Palette;
}

/** A colour of any CSS notation, with an opacity of 0…1. */
export function translucent(colour: string, opacity: number): string {
  return `color-mix(in srgb, ${colour} ${opacity * 100}%, transparent)`;
}
