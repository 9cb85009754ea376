import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Smaller bodies gain nothing: one vector has 4.4 kB. */
const MIN_BYTES = 8_192;
/** The quickest levels: numbers hardly shrink further, and the cores belong to the model. */
const ENCODERS = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 1 }),
};
type Encoding = keyof typeof ENCODERS;

/**
 * The body as the client likes it best (RFC 9110, 12.5.3), compressed off the event loop.
 * @returns the body itself, without an encoding, when it is small or nothing fits
 */
export async function encodeBody(
  body: Buffer,
  acceptEncoding: string | undefined,
): Promise<{ body: Buffer; encoding?: Encoding }> {
  const encoding = body.length < MIN_BYTES ? undefined : chooseEncoding(acceptEncoding);
  if (!encoding) return { body };
  return { body: await ENCODERS[encoding](body), encoding };
}

/** The encoding with the highest weight; br where two are equal; none where the client prefers none. */
export function chooseEncoding(acceptEncoding = ''): Encoding | undefined {
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
