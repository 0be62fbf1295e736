import type { JournalRow } from '../../protocol';
import { Exporter, type ExporterOptions } from './exporter';

export interface ExporterSource extends ExporterOptions {
  onRow(listener: (row: JournalRow) => void): void;
}

/** An exporter that follows the journal from now on. prom-client is loaded with it. */
export async function openExporter(source: ExporterSource): Promise<Exporter> {
  const exporter = new Exporter(await import('../../rest/restLibraries'), source);
  source.onRow((row) => exporter.rowAppended(row));
  return exporter;
}
