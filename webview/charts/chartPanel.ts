import { Chart } from './chart';
import { element } from './dom';
import type { Frame, Scene } from './frame';
import { readPalette } from './palette';
import { AXIS_HEIGHT } from './plot';
import type { ChartSpec, PanelRow, PanelSpec } from './spec';

const HEAD_HEIGHT = 18;
const LANE_HEIGHT = 112;
const LEAST_HEIGHT = 44;
/** Below this width every chart has a row of its own. */
const LEAST_ROW_WIDTH = 640;
const COLUMN_GAP = 12;

/** A chart in its place. */
interface Placed<F extends Frame> {
  spec: ChartSpec<F>;
  chart: Chart<F>;
  /** How many share its row. */
  columns: number;
  labelled: boolean;
}

/** Small multiples on one x axis, under one cursor. */
export class ChartPanel<F extends Frame> {
  readonly spec: PanelSpec<F>;
  readonly #host: HTMLElement;
  readonly #stack = element('div', 'chart-stack');
  readonly #scene: Scene<F>;
  readonly #charts: readonly Placed<F>[];
  readonly #lane: PanelRow | null;
  readonly #resized: ResizeObserver;
  readonly #onKey = (event: KeyboardEvent) => this.#moveCursor(event);

  constructor(host: HTMLElement, frame: F, spec: PanelSpec<F>) {
    this.spec = spec;
    this.#host = host;
    host.append(this.#stack);
    this.#scene = { frame, palette: readPalette(host), fontFamily: getComputedStyle(host).fontFamily };
    this.#charts = spec.rows.flatMap((row, index) => this.#row(row, index === spec.rows.length - 1));
    this.#lane = spec.lane?.(this.#stack, this.#scene) ?? null;
    this.#resized = new ResizeObserver(() => this.#layout());
    this.#resized.observe(host);
    host.addEventListener('keydown', this.#onKey);
    this.#layout();
    this.#show();
  }

  /** Draws a new moment. Costs nothing where the frame is the one that is shown. */
  update(frame: F): void {
    if (frame === this.#scene.frame) return;
    const newData = frame.xs !== this.#scene.frame.xs;
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
    this.#host.removeEventListener('keydown', this.#onKey);
    for (const { plot } of this.#rows()) plot.destroy();
    this.#stack.remove();
  }

  #row(specs: readonly ChartSpec<F>[], isLast: boolean): Placed<F>[] {
    const row = element('div', 'chart-row');
    this.#stack.append(row);
    const labelled = isLast && !this.spec.lane;
    return specs.map((spec) => ({
      spec,
      chart: new Chart(row, spec, { scene: this.#scene, panel: this.spec, labelled }),
      columns: specs.length,
      labelled,
    }));
  }

  #rows(): PanelRow[] {
    return [...this.#charts.map(({ chart }) => chart), ...(this.#lane ? [this.#lane] : [])];
  }

  #show(newData = true): void {
    const [min, max] = this.#scene.frame.xRange;
    for (const row of this.#rows()) {
      row.plot.batch(() => {
        if (newData) row.setData();
        row.plot.setScale('x', { min, max });
      });
      row.updateLegend();
    }
  }

  #layout(): void {
    const { clientWidth: width, clientHeight } = this.#host;
    if (width === 0) return;
    const isWide = width >= LEAST_ROW_WIDTH;
    // Beside each other they take height once.
    const share = ({ columns }: Placed<F>) => (isWide ? 1 / columns : 1);
    const sum = (of: (placed: Placed<F>) => number) =>
      this.#charts.reduce((total, placed) => total + of(placed) * share(placed), 0);
    const laneHeight = this.#lane ? LANE_HEIGHT + HEAD_HEIGHT : 0;
    const taken = sum(({ labelled }) => HEAD_HEIGHT + (labelled ? AXIS_HEIGHT : 0)) + laneHeight;
    const free = (clientHeight - taken) / sum(({ spec }) => spec.weight);
    for (const { chart, spec, columns, labelled } of this.#charts) {
      const across = isWide ? columns : 1;
      chart.plot.setSize({
        width: Math.floor((width - (across - 1) * COLUMN_GAP) / across),
        height: Math.max(LEAST_HEIGHT, Math.floor(free * spec.weight)) + (labelled ? AXIS_HEIGHT : 0),
      });
    }
    this.#lane?.plot.setSize({ width, height: LANE_HEIGHT });
  }

  /** The arrows move the cursor from value to value, Escape lets it go; Enter is for the lane. */
  #moveCursor(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.#lane?.choose?.();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined && event.key !== 'Escape') return;
    event.preventDefault();
    const { xs, xRange } = this.#scene.frame;
    const plot = this.#rows()[0]?.plot;
    const index = (plot?.cursor.idx ?? xs.length) + (step ?? 0);
    const x = xs[index];
    const inView = step !== undefined && x !== undefined && x >= xRange[0];
    if (step !== undefined && !inView) return;
    for (const row of this.#rows()) {
      const left = inView ? row.plot.valToPos(x, 'x') : -10;
      row.plot.setCursor({ left, top: inView ? 1 : -10 });
    }
  }
}
