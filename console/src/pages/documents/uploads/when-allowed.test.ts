import { ApiProblem } from '../../../api/problem.ts';
import { whenAllowed } from './when-allowed.ts';

function tooMany(retryAfter: string): ApiProblem {
  return new ApiProblem({}, new Response(null, { status: 429, headers: { 'retry-after': retryAfter } }));
}

/** A call that is refused once. */
function refusedOnce(problem: ApiProblem): () => Promise<string> {
  let isFirst = true;
  return async () => {
    if (!isFirst) return 'done';
    isFirst = false;
    throw problem;
  };
}

test('a request too many is sent again when it may be', async () => {
  await expect(whenAllowed(refusedOnce(tooMany('0.01')))).resolves.toBe('done');
});

test('a long wait and every other problem are told', async () => {
  await expect(whenAllowed(refusedOnce(tooMany('3600')))).rejects.toThrow(ApiProblem);
  const missing = new ApiProblem({}, new Response(null, { status: 404 }));
  await expect(whenAllowed(refusedOnce(missing))).rejects.toBe(missing);
});
