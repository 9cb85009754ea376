import { type Answer, anonymous } from '../api.ts';

/** A browser's cookies, for tests of what only one browser may do. */
export class BrowserJar {
  readonly #cookies = new Map<string, string>();

  async post(path: string, body: unknown): Promise<Answer> {
    const headers = { Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const answer = await anonymous.post(path, body, { headers });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return answer;
  }
}
