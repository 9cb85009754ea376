import { z } from 'zod';

const Fraction = z.number().min(0).max(1);

/** A rectangle on a page of a document. */
export const Box = z
  .object({ page: z.int(), left: Fraction, top: Fraction, width: Fraction, height: Fraction })
  .meta({ id: 'Box', description: 'Fractions of the page, from its top left corner' });
