/** The settings of the extension. What steers the agent itself is in coxswain.yaml. */
export interface Settings {
  kubeconfig: string;
  autoConnect: boolean;
  'embedded.rate': number;
  'notifications.proposals': boolean;
}

/** How package.json declares a setting. */
interface SettingDeclaration<T> {
  type: 'string' | 'boolean' | 'integer';
  default: T;
  minimum?: number;
  maximum?: number;
  markdownDescription: string;
  /** Its value from the workspace is ignored while the workspace is not trusted. */
  restricted: boolean;
}

/** Each setting, declared once; `manifest.ts` writes package.json from this. */
export const SETTINGS: { readonly [K in keyof Settings]: SettingDeclaration<Settings[K]> } = {
  kubeconfig: {
    type: 'string',
    default: '',
    markdownDescription:
      'Path of the kubeconfig. Where empty, `kubeconfig` in coxswain.yaml, `$KUBECONFIG` or `~/.kube/config` applies.',
    restricted: true,
  },
  autoConnect: {
    type: 'boolean',
    default: false,
    markdownDescription:
      'Connect as soon as Coxswain starts in a window: to the context used last in this workspace, else to the one in coxswain.yaml, else to the current one.',
    restricted: true,
  },
  'embedded.rate': {
    type: 'integer',
    default: 1,
    minimum: 1,
    maximum: 1000,
    markdownDescription:
      'How many seconds pass in the embedded cluster in one second. Applies at its next start.',
    restricted: false,
  },
  'notifications.proposals': {
    type: 'boolean',
    default: true,
    markdownDescription:
      'Notify when an action waits for approval. The badge and the status bar always show it.',
    restricted: false,
  },
};

/** The part of `vscode.WorkspaceConfiguration` that is used. */
export interface ConfigurationReader {
  get<T>(key: string, fallback: T): T;
}

/** The setting's value, or its default. */
export function readSetting<K extends keyof Settings>(
  configuration: ConfigurationReader,
  key: K,
): Settings[K] {
  return configuration.get(key, SETTINGS[key].default);
}
