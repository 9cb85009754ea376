import { z } from 'zod';

/** A text that holds JSON, read with a schema of its own. The parser's error, which may quote a secret, is dropped. */
function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** A key that rotation added to a ring. It signs from `active_from` on and is accepted before. */
const RingKey = z.object({
  secret: z.string().min(32),
  active_from: z.iso.datetime(),
  /** After a leak: older keys are refused from `active_from` on. */
  revokes_older: z.boolean().optional(),
});

export type RingKey = z.output<typeof RingKey>;

/** A ring of secrets, as a setting: `[{"secret":"…","active_from":"2026-11-28T00:00:00Z"}]`. */
export const keyRing = json(z.array(RingKey)).default([]);

/** P-256 public keys as JWKs with `kid`. */
export const publicKeys = json(
  z
    .array(
      z.object({
        kid: z.string().min(1),
        kty: z.literal('EC'),
        crv: z.literal('P-256'),
        x: z.string(),
        y: z.string(),
      }),
    )
    .min(1),
);
