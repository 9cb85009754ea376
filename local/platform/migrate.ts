import { handler } from '#functions/migrate/handler.ts';

/** Runs what a deploy runs, and tells it in a line. */
const { ran } = await handler();
console.log(ran.length > 0 ? `${ran.length} applied` : 'up to date');
