import jwt from 'jsonwebtoken';

/** The fields of a token's header that decide which key checks it. @throws JsonWebTokenError unless it is a token */
export function headerOf(token: string): { kid?: unknown; crit?: unknown } {
  const header = jwt.decode(token, { complete: true })?.header;
  if (!header) throw new jwt.JsonWebTokenError('malformed');
  return header;
}
