import { handler } from '#functions/migrate/handler.ts';

/** Runs the migrations with the function that a deployment runs, and prints how many were applied. */
const done = await handler();
const ran = 'ran' in done ? done.ran : [];
console.log(ran.length > 0 ? `${ran.length} applied` : 'up to date');
