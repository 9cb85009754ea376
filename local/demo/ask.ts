import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Citation } from '#clients/openapi-types/api.d.ts';
import { findRunning } from '#local/platform/data-directory.ts';
import { ROOT } from '#local/platform/options.ts';
import { ApiError, serverEvents } from './api-client.ts';
import { type Demo, isKorean, readDemo, sampleQuestion } from './demo.ts';

type ChatEvent = { text?: string; message?: string } & Partial<Citation>;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    bot: { type: 'string' },
    'data-dir': { type: 'string', default: path.join(ROOT, '.data') },
  },
});

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});

async function main(): Promise<void> {
  const question = positionals.join(' ').normalize('NFC').trim();
  if (!question) throw new Error(`Ask something: npm run ask -- "${sampleQuestion('ko')}"`);
  const running = await findRunning(values['data-dir']);
  if (!running) throw new Error('The platform is not running. Start it with `npm start`, then ask again.');
  const demo = readDemo(values['data-dir']);
  if (!demo)
    throw new Error('The demo team is not there yet: wait until `npm start` has printed an API key.');
  const citations = await ask({ url: running.url, demo, botId: chooseBot(demo, question), question });
  console.log(`\n${formatSources(citations)}`);
}

/** The bot of `--bot`, else the demo bot of the question's language. */
function chooseBot({ bots }: Demo, question: string): string {
  const { bot } = values;
  if (bot === 'ko' || bot === 'en') return bots[bot];
  return bot ?? (isKorean(question) ? bots.ko : bots.en);
}

type Question = { url: string; demo: Demo; botId: string; question: string };

/** Prints the answer as it arrives. @returns its citations */
async function ask({ url, demo, botId, question }: Question): Promise<Citation[]> {
  const route = `/v1/teams/${demo.teamId}/bots/${botId}/chat`;
  const response = await fetch(`${url}${route}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${demo.apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: question }),
  }).catch(() => {
    throw new Error(`The platform at ${url} does not answer. Is it still starting?`);
  });
  if (!response.ok || !response.body) throw new ApiError('The bot', response.status, await response.text());
  const citations: Citation[] = [];
  for await (const { event, data } of serverEvents(response.body)) {
    const value = JSON.parse(data) as ChatEvent;
    if (event === 'delta') process.stdout.write(value.text ?? '');
    else if (event === 'citation') citations.push(value as Citation);
    else if (event === 'error') throw new Error(`\n${value.message}`);
  }
  console.log();
  return citations;
}

function formatSources(citations: Citation[]): string {
  if (citations.length === 0) return 'Sources: none';
  const byMarker = [
    ...new Map(citations.map((citation) => [`${citation.index} ${citation.quote}`, citation])).values(),
  ];
  const lines = byMarker.map(({ index, filename, page, quote }) => {
    const place = page === null ? filename : `${filename}, p. ${page}`;
    return `  [${index}] ${place}\n      “${quote.replaceAll(/\s+/g, ' ').trim()}”`;
  });
  return ['Sources:', ...lines].join('\n');
}
