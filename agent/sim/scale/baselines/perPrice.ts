/** Settings that were tuned for some prices of a violation. */
export class PerPrice<Settings> {
  readonly byPrice: readonly (readonly [violationPrice: number, settings: Settings])[];

  /** @param byPrice at least one, ascending by price */
  constructor(byPrice: readonly (readonly [violationPrice: number, settings: Settings])[]) {
    this.byPrice = byPrice;
  }

  /** Those of the price that is nearest, in proportion. */
  nearest(violationPrice: number): Settings {
    let best = this.byPrice[0] as readonly [number, Settings];
    for (const candidate of this.byPrice) {
      if (distance(candidate[0], violationPrice) < distance(best[0], violationPrice)) best = candidate;
    }
    return best[1];
  }
}

function distance(a: number, b: number): number {
  return a > b ? a / b : b / a;
}
