import type { Need } from '../agent/state';
import type { RunningAgent } from '../agent/supervisor';
import type { App } from '../context';
import type { Target } from '../views/target';

/** A place of a command other than the palette, as package.json has it. */
export interface MenuPlace {
  menu: 'view/title' | 'view/item/context' | 'editor/title';
  when: string;
  group: string;
}

interface Declaration {
  /** Without the prefix `coxswain.`. */
  name: string;
  title: string;
  /** Codicon, where the command is shown as one. */
  icon?: string;
  /** Absent, the palette has it while what it needs is there. False: only where it has something to be about. */
  inPalette?: false | 'always';
  places?: readonly MenuPlace[];
  keys?: { key: string; mac: string };
}

/** What a command does. One that needs the agent gets it in hand; without it the user is told why nothing happens. */
type Behaviour =
  | { needs: Extract<Need, 'nothing'>; run(app: App, target: Target): unknown }
  | { needs: Exclude<Need, 'nothing'>; run(app: App, agent: RunningAgent, target: Target): unknown };

export type Command = Declaration & Behaviour;

export const title = (view: string, when = '', group = 'navigation'): MenuPlace => ({
  menu: 'view/title',
  when: [`view == coxswain.${view}`, when].filter(Boolean).join(' && '),
  group,
});

/** Of our own views: rows of other extensions may have the same names. */
export const item = (viewItem: string, group: string): MenuPlace => ({
  menu: 'view/item/context',
  when: `view =~ /^coxswain\\./ && viewItem ${viewItem.startsWith('/') ? '=~' : '=='} ${viewItem}`,
  group,
});

export const editor = (when: string, group: string): MenuPlace => ({ menu: 'editor/title', when, group });
