import { clearCookie, openSession, refreshCookie, type SignedIn } from '#shared/auth/sign-in.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import type { HttpRequest } from '#shared/http/request.ts';
import { type Reply, redirect } from '#shared/http/route.ts';

const httpConfig = section('http');

type Finished = SignedIn & {
  userId: string;
  returnTo: string | undefined;
  /** The cookie that the sign-in began with. */
  usedCookie: string;
};

/** Opens a session: a redirect to `returnTo` with the refresh cookie, or the tokens as JSON. */
export async function finishSignIn(request: HttpRequest, finished: Finished): Promise<Reply> {
  const { userId, returnTo, usedCookie } = finished;
  const client = { userAgent: request.header('user-agent'), ip: request.ip };
  const tokens = await openSession(userId, client, finished);
  const cookies = [refreshCookie(tokens.refresh_token), clearCookie(usedCookie)];
  return returnTo ? redirect(returnTo, cookies) : { status: 200, body: tokens, cookies };
}

/**
 * Runs a callback. A browser that opens it as a page gets a refusal as the console's sign-in page, where there is one;
 * everybody else gets the problem itself.
 */
export async function withProblemPage(request: HttpRequest, run: () => Promise<Reply>): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    const { API_URL, RETURN_TO_URLS } = httpConfig();
    const isPage = (request.header('accept') ?? '').includes('text/html');
    if (!(error instanceof AppError) || !isPage || !RETURN_TO_URLS.includes(`${API_URL}/`)) throw error;
    return redirect(`${API_URL}/sign-in?problem=${error.code}`);
  }
}
