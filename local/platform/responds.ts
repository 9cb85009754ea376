const TIMEOUT_MS = 2_000;

/** Whether a URL answers with this status. @throws TypeError or DOMException while nothing answers there at all */
export async function answers(url: string, status = 200): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  await response.body?.cancel();
  return response.status === status;
}
