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
  const events = bytes
    .subarray(end + DELIMITER.length)
    .toString()
    .split('\n\n')
    .flatMap(toEvent);
  return { status: prelude.statusCode, headers: prelude.headers, events, pieces };
}

/** Parses one event; comments and incomplete events give none. */
function toEvent(block: string): StreamedAnswer['events'] {
  const [, event, data] = /^event: (\w+)\ndata: (.+)$/.exec(block) ?? [];
  if (!event || !data) return [];
  try {
    return [{ event, data: JSON.parse(data) as unknown }];
  } catch {
    return [];
  }
}
