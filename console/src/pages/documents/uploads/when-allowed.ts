import { ApiProblem } from '../../../api/problem.ts';

/** Longer waits are told instead. */
const MAX_WAIT_S = 90;
const MAX_TRIES = 10;

/** Calls the API, and again when it says that this was one request too many in a minute: folders hold many files. */
export async function whenAllowed<T>(call: () => Promise<T>, tries = 1): Promise<T> {
  try {
    return await call();
  } catch (problem) {
    const wait = problem instanceof ApiProblem && problem.status === 429 ? problem.retryAfter : null;
    if (wait === null || wait > MAX_WAIT_S || tries >= MAX_TRIES) throw problem;
    await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
    return await whenAllowed(call, tries + 1);
  }
}
