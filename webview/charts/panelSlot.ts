import { ChartPanel } from './chartPanel';
import type { Frame } from './frame';
import type { PanelSpec } from './spec';

/** The place of a panel on the page, which comes and goes with what is shown there. */
export class PanelSlot<F extends Frame> {
  #host: HTMLElement | null = null;
  #panel: ChartPanel<F> | null = null;

  /** Given to the template: called with the element when it comes, with undefined when it goes. */
  readonly mount = (host: Element | undefined): void => {
    this.#clear();
    this.#host = host instanceof HTMLElement ? host : null;
  };

  /** Draws where there is a place for it. */
  show(frame: F, spec: PanelSpec<F>): void {
    if (this.#host === null) return;
    if (this.#panel?.spec !== spec) this.#clear();
    if (this.#panel === null) this.#panel = new ChartPanel(this.#host, frame, spec);
    else this.#panel.update(frame);
  }

  recolour(): void {
    this.#panel?.recolour();
  }

  #clear(): void {
    this.#panel?.destroy();
    this.#panel = null;
  }
}
