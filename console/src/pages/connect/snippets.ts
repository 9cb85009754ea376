/** Where a key goes. */
export const KEY_PLACE = 'rag_…';

/** What the examples are about. */
export type Target = { origin: string; teamId: string; botId: string; question: string };

/** The base URL of OpenAI clients. */
export function baseUrl(origin: string): string {
  return `${origin}/v1`;
}

/** A request to the route of OpenAI, by curl. */
export function curl({ origin, botId, question }: Target): string {
  const body = JSON.stringify({ model: botId, messages: [{ role: 'user', content: question }] });
  return `curl ${baseUrl(origin)}/chat/completions \\
  -H ${shell(`Authorization: Bearer ${KEY_PLACE}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${shell(body)}`;
}

/** A program with OpenAI's package for Python. */
export function python({ origin, botId, question }: Target): string {
  return `# pip install openai
from openai import OpenAI

client = OpenAI(base_url=${quoted(baseUrl(origin))}, api_key=${quoted(KEY_PLACE)})

answer = client.chat.completions.create(
    model=${quoted(botId)},
    messages=[{"role": "user", "content": ${quoted(question)}}],
)
message = answer.choices[0].message
print(message.content)
for source in message.citations:
    print(source["index"], source["filename"], source["page"], source["quote"])`;
}

/** A program with OpenAI's package for TypeScript. */
export function typescript({ origin, botId, question }: Target): string {
  return `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: ${quoted(baseUrl(origin))}, apiKey: ${quoted(KEY_PLACE)} });

const stream = await client.chat.completions.create({
  model: ${quoted(botId)},
  messages: [{ role: 'user', content: ${quoted(question)} }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');`;
}

/** A request to the platform's own route, by curl. */
export function native({ origin, teamId, botId, question }: Target): string {
  return `curl -N ${baseUrl(origin)}/teams/${teamId}/bots/${botId}/chat \\
  -H ${shell(`Authorization: Bearer ${KEY_PLACE}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${shell(JSON.stringify({ message: question }))}`;
}

/** A request for embeddings, by curl. @param model the model that has embedded the team's documents */
export function embeddings(origin: string, model: string, text: string): string {
  return `curl ${baseUrl(origin)}/embeddings \\
  -H ${shell(`Authorization: Bearer ${KEY_PLACE}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${shell(JSON.stringify({ model, input: [text], kind: 'query' }))}`;
}

/** One word of a shell, whatever is in it. */
function shell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A text of Python and TypeScript, which both read JSON's. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
