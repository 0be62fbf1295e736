import { Chart } from './chart';
import { CHARTS } from './chartSpecs';
import { element } from './dom';
import { EventLane } from './eventLane';
import type { Frame, Scene } from './frame';
import { readPalette } from './palette';

const HEAD_HEIGHT = 18;
const LANE_HEIGHT = 92;
const LEAST_HEIGHT = 44;

/** The charts of one workload: small multiples on one time axis, under one cursor. */
export class ChartPanel {
  readonly #host: HTMLElement;
  readonly #stack = element('div', 'chart-stack');
  readonly #scene: Scene;
  readonly #charts: Chart[];
  readonly #lane: EventLane;
  readonly #resized: ResizeObserver;

  constructor(host: HTMLElement, frame: Frame) {
    this.#host = host;
    host.append(this.#stack);
    this.#scene = { frame, palette: readPalette(host), fontFamily: getComputedStyle(host).fontFamily };
    this.#charts = CHARTS.map((spec) => new Chart(this.#stack, spec, this.#scene));
    this.#lane = new EventLane(this.#stack, this.#scene);
    this.#resized = new ResizeObserver(() => this.#layout());
    this.#resized.observe(host);
    host.addEventListener('keydown', (event) => this.#onKey(event));
    this.#layout();
    this.#show(true);
  }

  /** Draws a new moment. Costs nothing where the frame is the one that is shown. */
  update(frame: Frame): void {
    if (frame === this.#scene.frame) return;
    const newData = frame.columns !== this.#scene.frame.columns;
    this.#scene.frame = frame;
    this.#show(newData);
  }

  /** Takes the colours of the theme that is on now. */
  recolour(): void {
    this.#scene.palette = readPalette(this.#host);
    for (const { plot } of this.#rows()) plot.redraw(false);
  }

  destroy(): void {
    this.#resized.disconnect();
    for (const { plot } of this.#rows()) plot.destroy();
  }

  #rows(): (Chart | EventLane)[] {
    return [...this.#charts, this.#lane];
  }

  #show(newData: boolean): void {
    const { nowMs, windowMs } = this.#scene.frame;
    for (const row of this.#rows()) {
      row.plot.batch(() => {
        if (newData) row.setData();
        row.plot.setScale('x', { min: nowMs - windowMs, max: nowMs });
      });
      row.updateLegend();
    }
  }

  #layout(): void {
    const { clientWidth: width, clientHeight } = this.#host;
    if (width === 0) return;
    const free = clientHeight - LANE_HEIGHT - (CHARTS.length + 1) * HEAD_HEIGHT;
    const weights = CHARTS.reduce((sum, { weight }) => sum + weight, 0);
    for (const [i, { plot }] of this.#charts.entries()) {
      const share = (CHARTS[i]?.weight ?? 0) / weights;
      plot.setSize({ width, height: Math.max(LEAST_HEIGHT, Math.floor(free * share)) });
    }
    this.#lane.plot.setSize({ width, height: LANE_HEIGHT });
  }

  /** The arrows move the cursor from sample to sample, Escape lets it go. */
  #onKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined && event.key !== 'Escape') return;
    event.preventDefault();
    const { columns, nowMs, windowMs } = this.#scene.frame;
    const { plot } = this.#lane;
    const index = (plot.cursor.idx ?? columns.atMs.length) + (step ?? 0);
    const atMs = columns.atMs[index];
    const inView = step !== undefined && atMs !== undefined && atMs >= nowMs - windowMs;
    if (step !== undefined && !inView) return;
    const left = inView ? plot.valToPos(atMs, 'x') : -10;
    for (const row of this.#rows()) row.plot.setCursor({ left, top: inView ? 1 : -10 });
  }
}
