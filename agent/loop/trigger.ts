/** Why a look happens: what the watch shows, or that it is time again. */
export type Trigger = 'event' | 'interval';
