import { serverEvents } from '#local/demo/api-client.ts';
import type { FunctionAnswer } from './runtime.ts';

export type StreamedAnswer = {
  /** The status in the prelude. */
  status: number;
  headers: Record<string, string>;
  events: { event: string; data: unknown }[];
  /** The number of pieces in which prelude and events arrived. */
  pieces: number;
};

const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
/** Eight zero bytes end the prelude. */
const DELIMITER = Buffer.alloc(8);

/** Reads the JSON that a handler returned. @throws Error if it streamed */
export async function readJson<T>({ chunks, streaming }: FunctionAnswer): Promise<T> {
  if (streaming) throw new Error('The function streamed.');
  return JSON.parse(Buffer.concat(await Array.fromAsync(chunks)).toString()) as T;
}

/** Reads status, headers and events of a streamed response, to its end or until `isEnough` is true of its text. */
export async function readEvents(
  { chunks, contentType, streaming }: FunctionAnswer,
  isEnough: (soFar: string) => boolean = () => false,
): Promise<StreamedAnswer> {
  if (!streaming || contentType !== PRELUDE_TYPE) throw new Error(`Not a streamed answer: ${contentType}`);
  let bytes = Buffer.alloc(0);
  let pieces = 0;
  for await (const chunk of chunks) {
    bytes = Buffer.concat([bytes, chunk]);
    pieces += 1;
    if (isEnough(bytes.toString())) break;
  }
  const end = bytes.indexOf(DELIMITER);
  const prelude = JSON.parse(bytes.subarray(0, end).toString()) as {
    statusCode: number;
    headers: Record<string, string>;
  };
  // Comments and an incomplete event at the end give none.
  const sent = await Array.fromAsync(
    serverEvents(new Blob([bytes.subarray(end + DELIMITER.length)]).stream()),
  );
  const events = sent.map(({ event, data }) => ({ event, data: JSON.parse(data) as unknown }));
  return { status: prelude.statusCode, headers: prelude.headers, events, pieces };
}
