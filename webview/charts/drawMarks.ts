import uPlot from 'uplot';
import type { Bar, Line } from '../model/marks';
import type { Scene, TimeFrame } from './frame';
import { type ColourName, translucent } from './palette';
import type { Limit } from './spec';

const NOTHING = 'no data';

/** Behind the curves: faults as bands, times without data hatched. */
export function drawBands(plot: uPlot, { frame, palette }: Scene<TimeFrame>): void {
  clipped(plot, (context) => {
    const { top, height } = plot.bbox;
    context.fillStyle = translucent(palette.fault, 0.11);
    for (const bar of frame.marks.bars.filter(({ lane }) => lane === 'fault')) {
      const [left, width] = extent(plot, bar, frame.nowMs);
      context.fillRect(left, top, width, height);
    }
    for (const span of frame.spansWithoutData) {
      const [left, width] = extent(plot, span, frame.nowMs);
      hatch(context, left, top, width, height, translucent(palette.dim, 0.35));
    }
  });
}

const LINE_STYLES = {
  action: { width: 1.5, dash: [], colour: 'action' },
  detection: { width: 1.25, dash: [2, 3], colour: 'incident' },
  recovery: { width: 1.25, dash: [1, 3], colour: 'recovery' },
  policy: { width: 1.25, dash: [6, 3, 1, 3], colour: 'text' },
  'taken-over': { width: 1.5, dash: [8, 3], colour: 'handover' },
  'handed-back': { width: 1.5, dash: [8, 3, 2, 3], colour: 'incident' },
  released: { width: 1.5, dash: [8, 3], colour: 'release' },
  promoted: { width: 1.5, dash: [], colour: 'good' },
  'rolled-back': { width: 1.5, dash: [8, 3, 2, 3], colour: 'bad' },
} as const satisfies Record<Line['kind'], { width: number; dash: number[]; colour: ColourName }>;

/** Before the curves: actions solid, detections dotted, recoveries in finer dots, other policies and hand-overs in dashes. */
export function drawLines(plot: uPlot, { frame, palette }: Scene<TimeFrame>): void {
  clipped(plot, (context) => {
    const { top, height } = plot.bbox;
    for (const { kind, atMs } of frame.marks.lines) {
      const { width, dash, colour } = LINE_STYLES[kind];
      const x = lineAt(plot, atMs);
      context.lineWidth = width * uPlot.pxRatio;
      context.strokeStyle = palette[colour];
      context.setLineDash(dash.map((length) => length * uPlot.pxRatio));
      stroke(context, x, top, x, top + height);
    }
  });
}

/** Names the lines that have a text beside them; of two that are too close to be read, the later one. */
export function drawLineNames(plot: uPlot, scene: Scene<TimeFrame>): void {
  clipped(plot, (context) => {
    const { left, top, width } = plot.bbox;
    const gap = 4 * uPlot.pxRatio;
    context.font = canvasFont(scene, 10);
    context.textAlign = 'left';
    context.textBaseline = 'top';
    context.fillStyle = scene.palette.text;
    let free = left + width;
    for (const line of scene.frame.marks.lines.toReversed()) {
      const x = lineAt(plot, line.atMs);
      if (!('text' in line) || x < left) continue;
      const textWidth = context.measureText(line.text).width;
      const isRight = x + gap + textWidth <= left + width;
      const from = isRight ? x + gap : x - gap - textWidth;
      if (from + textWidth > free) continue;
      context.fillText(line.text, from, top + gap / 2);
      free = Math.min(from, x) - gap;
    }
  });
}

function lineAt(plot: uPlot, atMs: number): number {
  return Math.round(plot.valToPos(atMs, 'x', true)) + 0.5;
}

/** An objective or a bar as a dashed line with its name. Two on one line show between each other's dashes. */
export function drawLimit(plot: uPlot, scene: Scene, limit: Limit, text: string): void {
  const { value, colour = 'dim', nameAt = 'left' } = limit;
  clipped(plot, (context) => {
    const { left, width } = plot.bbox;
    const gap = 4 * uPlot.pxRatio;
    const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
    context.lineWidth = uPlot.pxRatio;
    context.strokeStyle = scene.palette[colour];
    context.setLineDash([5 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
    context.lineDashOffset = nameAt === 'left' ? 0 : 4.5 * uPlot.pxRatio;
    stroke(context, left, y, left + width, y);
    context.font = canvasFont(scene, 10);
    context.textAlign = nameAt;
    context.textBaseline = 'bottom';
    context.fillStyle = scene.palette[colour];
    context.fillText(text, nameAt === 'left' ? left + gap : left + width - gap, y - gap / 2);
  });
}

/** Said in the middle of a chart that has nothing to show. */
export function drawNothing(plot: uPlot, scene: Scene): void {
  clipped(plot, (context) => {
    const { left, top, width, height } = plot.bbox;
    context.font = canvasFont(scene, 11);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    const [x, y] = [left + width / 2, top + height / 2];
    const { width: textWidth } = context.measureText(NOTHING);
    context.fillStyle = scene.palette.background;
    context.fillRect(x - textWidth, y - textWidth / 4, textWidth * 2, textWidth / 2);
    context.fillStyle = scene.palette.dim;
    context.fillText(NOTHING, x, y);
  });
}

/** The event lane: one row for each kind, a bar for each thing that lasted, with its name where there is room. */
export function drawBars(plot: uPlot, scene: Scene<TimeFrame>): void {
  const { frame, palette } = scene;
  clipped(plot, (context) => {
    const { lanes, marks } = frame;
    const rowHeight = plot.bbox.height / lanes.length;
    const height = Math.min(13 * uPlot.pxRatio, rowHeight * 0.75);
    for (const bar of marks.bars.filter(({ lane }) => lanes.includes(lane))) {
      const [left, length] = extent(plot, bar, frame.nowMs);
      const width = Math.max(length, 3 * uPlot.pxRatio);
      const top = plot.bbox.top + rowHeight * (lanes.indexOf(bar.lane) + 0.5) - height / 2;
      context.fillStyle = translucent(palette[colourOf(bar)], 0.8);
      context.beginPath();
      context.roundRect(left, top, width, height, 2.5 * uPlot.pxRatio);
      context.fill();
      if (bar.id === frame.selectedId) {
        context.lineWidth = 2 * uPlot.pxRatio;
        context.strokeStyle = palette.text;
        context.stroke();
      }
      drawLabel(plot, scene, bar.label, { left, top, width, height });
    }
  });
}

/** How it went where that is known, else what it is. */
function colourOf({ lane, tone }: Bar): ColourName {
  return tone === 'plain' ? lane : tone;
}

/** On the bar, as much of it as is in view; nothing where it does not fit. */
function drawLabel(
  plot: uPlot,
  scene: Scene<TimeFrame>,
  label: string,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): void {
  const context = plot.ctx;
  const gap = 4 * uPlot.pxRatio;
  const from = Math.max(left, plot.bbox.left) + gap;
  context.font = canvasFont(scene, 10);
  if (from + context.measureText(label).width > left + width - gap) return;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = scene.palette.background;
  context.fillText(label, from, top + height / 2);
}

export function canvasFont({ fontFamily }: Scene, pixels: number): string {
  return `${pixels * uPlot.pxRatio}px ${fontFamily}`;
}

function clipped(plot: uPlot, draw: (context: CanvasRenderingContext2D) => void): void {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.beginPath();
  plot.ctx.rect(left, top, width, height);
  plot.ctx.clip();
  draw(plot.ctx);
  plot.ctx.restore();
}

/** Left edge and width in canvas pixels. What lasts reaches to now. */
function extent(plot: uPlot, span: Pick<Bar, 'fromMs' | 'toMs'>, nowMs: number): [number, number] {
  const left = plot.valToPos(span.fromMs, 'x', true);
  return [left, plot.valToPos(span.toMs ?? nowMs, 'x', true) - left];
}

function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = uPlot.pxRatio;
  const step = 7 * uPlot.pxRatio;
  // Lines start on a grid of the canvas, so that the hatching does not swim while time moves on.
  for (let x = Math.floor((left - height) / step) * step; x < left + width; x += step) {
    stroke(context, x, top + height, x + height, top);
  }
  context.restore();
}

function stroke(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
