/** Types of three packages that ship none, as far as `local/` uses them. */

declare module 'busboy' {
  import type { Readable, Writable } from 'node:stream';

  type FileInfo = { filename: string | undefined; encoding: string; mimeType: string };
  type FieldInfo = { nameTruncated: boolean; valueTruncated: boolean };
  type FileStream = Readable & { truncated?: boolean };
  type Limits = { fieldSize?: number; fields?: number; files?: number; fileSize?: number; parts?: number };
  type Parser = Writable & {
    on(event: 'field', listener: (name: string | undefined, value: string, info: FieldInfo) => void): Parser;
    on(event: 'file', listener: (name: string | undefined, file: FileStream, info: FileInfo) => void): Parser;
    on(event: 'fieldsLimit' | 'filesLimit' | 'partsLimit' | 'close', listener: () => void): Parser;
    on(event: 'error', listener: (error: Error) => void): Parser;
  };
  type Options = { headers: Record<string, unknown>; limits?: Limits; defParamCharset?: string };

  const busboy: (options: Options) => Parser;
  export = busboy;
}

declare module '@20minutes/s3rver' {
  import type { RequestListener } from 'node:http';
  import type { Readable } from 'node:stream';

  type StoredObject = { bucket: string; key: string; content: Readable; metadata: Record<string, string> };
  type EventRecord = {
    eventName: string;
    s3: { object: { key: string; size?: number; eTag?: string }; bucket: { name: string } };
  };
  class S3rver {
    constructor(options: {
      directory: string;
      silent: boolean;
      allowMismatchedSignatures: boolean;
      vhostBuckets: boolean;
      configureBuckets: { name: string }[];
    });
    store: { putObject(object: StoredObject): Promise<{ size: number; md5: string }> };
    configureBuckets(): Promise<void>;
    callback(): RequestListener;
    on(event: 'event', listener: (event: { Records: EventRecord[] }) => void): this;
    on(event: 'error', listener: (error: Error & { status?: number }) => void): this;
  }
  export = S3rver;
}

declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  type Interaction = { uid: string; params: Record<string, unknown> };
  type Prompts = { add(prompt: unknown, index?: number): void };
  class Grant {
    constructor(of: { clientId: string; accountId: string });
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }
  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    Grant: typeof Grant;
    Client: {
      prototype: { redirectUriAllowed(uri: string): boolean };
      find(id: string): Promise<object | undefined>;
    };
    callback(): RequestListener;
    on(event: 'server_error', listener: (context: unknown, error: Error) => void): this;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
    ): Promise<void>;
  }
  export const interactionPolicy: {
    base(): Prompts;
    Prompt: new (of: { name: string; requestable?: boolean }) => unknown;
  };
}
