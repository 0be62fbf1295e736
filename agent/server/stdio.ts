import {
  CancellationTokenSource,
  type Connection,
  createConnection,
  ErrorCodes,
  type InitializeParams,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import * as z from 'zod';
import { type Document, languageOf, lensesOf } from '../language/languages';
import { type ErrorInfo, PROTOCOL_VERSION, REQUESTS, toErrorInfo } from '../protocol';
import { HOST_SECRET } from '../protocol/hostSecret';

/** What the extension tells the agent at the start. */
const InitializationOptions = z.object({
  protocolVersion: z.literal(PROTOCOL_VERSION),
  /** False in an untrusted workspace: only the embedded cluster may be used. */
  trusted: z.boolean(),
});
export type InitializationOptions = z.infer<typeof InitializationOptions>;

export interface StdioOptions {
  initialize(options: InitializationOptions): void;
  handle(method: string, params: unknown): Promise<unknown>;
  /** The other side is gone, or has asked for the end; called more than once. The process may end right after. */
  ended(): void;
  log(text: string): void;
}

/** What the agent may ask of the editor that has started it. */
export interface EditorSide {
  /** From its secret storage; null where nothing is stored under that name, or the editor knows no such request. */
  secret(name: string, signal: AbortSignal): Promise<string | null>;
}

/** Serves the requests of the protocol as `coxswain/<method>`, and the language features of our files. */
export function serveStdio(options: StdioOptions): EditorSide {
  const reader = new StreamMessageReader(process.stdin);
  const writer = new StreamMessageWriter(process.stdout);
  reader.onError((error) => options.log(`message-malformed: stdin: ${error.message}`));
  writer.onError(([error]) => options.log(`stdout: ${error.message}`));
  const connection = createConnection(reader, writer);
  const documents = new TextDocuments(TextDocument);

  connection.onInitialize((params: InitializeParams) => {
    const parsed = InitializationOptions.safeParse(params.initializationOptions);
    if (!parsed.success) throw versionError(params.initializationOptions);
    options.initialize(parsed.data);
    return {
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: [':', ' '] },
        hoverProvider: true,
        codeLensProvider: {},
      },
    };
  });
  for (const method of Object.keys(REQUESTS)) {
    connection.onRequest(`coxswain/${method}`, async (params: unknown) => {
      try {
        return await options.handle(method, params);
      } catch (error) {
        const info = toErrorInfo(error);
        throw new ResponseError<ErrorInfo>(ErrorCodes.InternalError, info.message, info);
      }
    });
  }
  const documentOf = ({ uri }: { uri: string }): Document => ({
    uri,
    text: documents.get(uri)?.getText() ?? '',
  });
  documents.onDidChangeContent(({ document: { uri, version } }) => {
    const document = documentOf({ uri });
    const diagnostics = languageOf(document)?.diagnose(document.text) ?? [];
    void connection.sendDiagnostics({ uri, version, diagnostics });
  });
  documents.onDidClose(({ document }) => connection.sendDiagnostics({ uri: document.uri, diagnostics: [] }));
  connection.onCompletion(({ textDocument, position }) => {
    const document = documentOf(textDocument);
    return languageOf(document)?.complete(document.text, position) ?? [];
  });
  connection.onHover(({ textDocument, position }) => {
    const document = documentOf(textDocument);
    return languageOf(document)?.hover(document.text, position) ?? null;
  });
  connection.onCodeLens(({ textDocument }) => lensesOf(documentOf(textDocument)));
  connection.onExit(() => options.ended());
  // The window that started the agent is gone, whether it said so or not.
  process.stdin.once('end', () => options.ended());
  process.stdin.once('close', () => options.ended());
  documents.listen(connection);
  connection.listen();
  return { secret: (name, signal) => askSecret(connection, name, signal) };
}

async function askSecret(connection: Connection, name: string, signal: AbortSignal): Promise<string | null> {
  const cancellation = new CancellationTokenSource();
  const cancel = () => cancellation.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const answer: unknown = await connection.sendRequest(HOST_SECRET.method, { name }, cancellation.token);
    return HOST_SECRET.result.parse(answer).value;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound) return null;
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    cancellation.dispose();
  }
}

function versionError(given: unknown): ResponseError<ErrorInfo> {
  const info: ErrorInfo = {
    code: 'message-malformed',
    message: `initializationOptions must be {protocolVersion: ${PROTOCOL_VERSION}, trusted: boolean}, got ${JSON.stringify(given)}`,
    remedy: 'Use the extension and the agent of the same version: reload the window.',
  };
  return new ResponseError(ErrorCodes.InvalidParams, info.message, info);
}
