/** Files that are taken for experiments: those in a folder `chaos`, and those that say so by their name. */
export const EXPERIMENT_GLOBS = ['**/chaos/*.{yaml,yml}', '**/*.chaos.{yaml,yml}'] as const;

/** The same as a `when` clause of package.json, for the editor that is on top. */
export const EXPERIMENT_EDITOR = 'resourcePath =~ /([\\\\/]chaos[\\\\/][^\\\\/]+|\\.chaos)\\.ya?ml$/';

/** The folder beside coxswain.yaml in which the agent looks for them, unless coxswain.yaml names another one. */
export const EXPERIMENT_FOLDER = 'chaos';
