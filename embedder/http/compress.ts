import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Smaller bodies are not compressed; one vector has 4.4 kB. */
const MIN_BYTES = 8_192;
/** The fastest levels: higher ones hardly shrink numbers further and take CPU time from the model. */
const ENCODERS = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 1 }),
};
type Encoding = keyof typeof ENCODERS;

/**
 * Compresses a body in the encoding that the client prefers (RFC 9110, 12.5.3), outside the event loop.
 * @returns the body unchanged and no encoding when it is small or the client accepts no compression
 */
export async function encodeBody(
  body: Buffer,
  acceptEncoding: string | undefined,
): Promise<{ body: Buffer; encoding?: Encoding }> {
  const encoding = body.length < MIN_BYTES ? undefined : chooseEncoding(acceptEncoding);
  if (!encoding) return { body };
  return { body: await ENCODERS[encoding](body), encoding };
}

/** The encoding with the highest weight, br before gzip; undefined when the client prefers no compression. */
function chooseEncoding(acceptEncoding = ''): Encoding | undefined {
  const weights = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim());
    const weight = parameters.find((each) => each.startsWith('q='))?.slice(2);
    weights.set(name, weight === undefined ? 1 : Number(weight) || 0);
  }
  const weightOf = (name: string) => weights.get(name) ?? weights.get('*') ?? 0;
  const best = weightOf('br') >= weightOf('gzip') ? 'br' : 'gzip';
  const isWanted = weightOf(best) > 0 && weightOf(best) >= (weights.get('identity') ?? 0);
  return isWanted ? best : undefined;
}
