const TIMEOUT_MS = 2_000;

/** Whether a GET of a URL has this status. @throws TypeError or DOMException while nothing listens there */
export async function respondsWith(url: string, status = 200): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  await response.body?.cancel();
  return response.status === status;
}
