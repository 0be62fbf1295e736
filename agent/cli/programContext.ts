/** What every command may need to know of the program. */
export interface ProgramContext {
  version: string;
  /** The folder of the built dashboard. */
  assetsDirectory: string;
}
