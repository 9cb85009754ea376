import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { requireAllowedAddress } from '#shared/auth/allowed-address.ts';
import type { Principal } from '#shared/auth/principal.ts';
import { type AnswerRecord, readAnswer, streamAnswer } from '#shared/chat/answer.ts';
import { answerQuestion } from '#shared/chat/answer-question.ts';
import { withReservation } from '#shared/chat/budget.ts';
import type { Turn } from '#shared/chat/history.ts';
import { openAiFormat, toOpenAiCompletion } from '#shared/chat/openai-format.ts';
import { prepareAnswer } from '#shared/chat/prepare-answer.ts';
import { recordUsage } from '#shared/chat/save-answer.ts';
import { getBotAndTeam } from '#shared/chat/usable-bot.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as bots from '#shared/db/bots.ts';
import * as companyRules from '#shared/db/company-rules.ts';
import { Filter } from '#shared/http/filter-schema.ts';
import { defineRoute, Id, ok, streamReply } from '#shared/http/route.ts';
import { openAiSseStream } from '#shared/http/sse.ts';
import { addLogFields } from '#shared/observability/invocation.ts';
import { ANSWER_ERRORS } from './answer-errors.ts';
import { Completion, CompletionChunk } from './completion-schemas.ts';
import { WHOLE_ANSWERS } from './idempotent.ts';

/** What the model is told when an image, a file or a sound was sent. */
const LEFT_OUT =
  'The conversation held images or files. They were left out, since only text can be read: say so where it matters.';

/** Above this temperature answers fall apart, so only the bot's team may choose it. */
const CALLER_TEMPERATURE = 1;

const Part = z.looseObject({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() });

/** Parts without text are left out, so that a conversation with an image in it can go on. */
const Message = z
  .object({
    role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
    content: z.union([z.string(), z.array(Part)]).nullish(),
  })
  .transform(({ role, content }) => {
    const parts = typeof content === 'string' ? [{ text: content }] : (content ?? []);
    const texts = parts.map(
      (part): string | undefined => part.text ?? ('refusal' in part ? part.refusal : undefined),
    );
    return {
      role,
      content: texts.filter((text) => text !== undefined).join('\n'),
      isPartial: texts.includes(undefined),
    };
  });

const CompletionInput = z
  .object({
    model: z.string().max(200),
    messages: z.array(Message).min(1).max(500),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    temperature: z.number().min(0).max(2).nullish().meta({ description: 'Above 1 at most the bot’s own' }),
    max_tokens: z.int().min(1).nullish().meta({ description: 'At most the bot’s own' }),
    max_completion_tokens: z.int().min(1).nullish().meta({ description: 'At most the bot’s own' }),
    filter: Filter.nullish().meta({
      description: 'Narrows what the bot reads for this question. Not part of OpenAI’s API',
    }),
  })
  .meta({
    examples: [{ model: '(a bot’s id)', messages: [{ role: 'user', content: '연차 휴가는 며칠인가요?' }] }],
  });

type Input = z.output<typeof CompletionInput>;

export const chatCompletions = defineRoute({
  method: 'POST',
  path: '/v1/chat/completions',
  summary: 'Ask a bot with an OpenAI client',
  description: `\`model\` is a bot’s id. Citations are in \`choices[0].message.citations\`; in a stream they are in the last chunk’s \`delta\`. A stream ends with \`data: [DONE]\`. No conversation is stored: only the usage and, for a day, the answer to a request with an \`Idempotency-Key\`. ${WHOLE_ANSWERS.description}`,
  tag: 'openai',
  access: { scope: 'chat' },
  idempotent: WHOLE_ANSWERS.idempotent,
  errorFormat: 'openai',
  body: CompletionInput,
  response: { 200: Completion },
  events: { message: CompletionChunk },
  errors: ['not_found', 'address_not_allowed', ...ANSWER_ERRORS],
  async run({ principal, body, request }) {
    const turn = await prepareTurn(principal, body, request.ip);
    const controller = new AbortController();
    const events = answerQuestion({ ...turn, signal: controller.signal });
    const save = ({ usage }: AnswerRecord) => recordUsage(turn, usage);
    const id = `chatcmpl-${uuidv7()}`;
    const meta = { id, created: Math.floor(Date.now() / 1_000), model: turn.bot.id };
    if (!body.stream) return ok(toOpenAiCompletion(await readAnswer(events, save), meta));
    const includeUsage = body.stream_options?.include_usage === true;
    const chunks = streamAnswer(events, { save, format: openAiFormat({ ...meta, includeUsage }) });
    return streamReply(openAiSseStream(chunks, { controller }), controller);
  },
});

/** Does all that may end in an error status, before the first byte of a stream. */
async function prepareTurn(principal: Principal, body: Input, ip: string) {
  const turns: Turn[] = body.messages.flatMap(({ role, content }) =>
    role === 'user' || role === 'assistant' ? [{ role, content }] : [],
  );
  const last = turns.at(-1);
  if (last?.role !== 'user' || last.content.trim() === '') {
    throw new AppError('validation_failed', 'The last message must be a question with role `user`.', {
      fields: [{ path: 'messages', message: 'must end with a user message' }],
    });
  }
  const teamId = await findTeamOfBot(principal, body.model, ip);
  addLogFields({ team_id: teamId });
  const member = { ...principal, teamId };
  const { team, bot: stored } = await getBotAndTeam(member, body.model);
  const bot = withOverrides(stored, body);
  const [question, history] = [last.content, turns.slice(0, -1)];
  return await withReservation({ principal: member, team, bot, question }, async (reservation) => {
    const prepared = await prepareAnswer({ team, bot, question, history, filter: body.filter });
    return { principal: member, bot, reservation, question, history, timeZone: team.timezone, ...prepared };
  });
}

/** The team of an API key, or the one of the user's teams that has the bot. @throws AppError `not_found` */
async function findTeamOfBot(principal: Principal, botId: string, ip: string): Promise<string> {
  if (!Id.safeParse(botId).success) throw notFound('model');
  if (principal.teamId) return principal.teamId;
  const teamId = await bots.findTeamForUser(principal.userId, botId, principal.onlyTeamId);
  if (teamId === null) throw notFound('model');
  requireAllowedAddress(ip, [await companyRules.findAllowedAddresses(teamId)]);
  return teamId;
}

/**
 * The bot as the caller wants it, within what the bot's team set: never more tokens than the bot's own. The caller's
 * system messages have a place of their own below the team's instructions.
 */
function withOverrides<B extends { instructions: string; temperature: number; max_output_tokens: number }>(
  bot: B,
  { messages, temperature, max_completion_tokens, max_tokens }: Input,
): B & { caller_text: string } {
  const system = messages.filter(({ role }) => role === 'system' || role === 'developer');
  const isPartial = messages.some((message) => message.isPartial);
  const wanted = max_completion_tokens ?? max_tokens ?? bot.max_output_tokens;
  return {
    ...bot,
    instructions: [bot.instructions, isPartial && LEFT_OUT].filter(Boolean).join('\n\n'),
    caller_text: system.map(({ content }) => content).join('\n\n'),
    temperature: Math.min(temperature ?? bot.temperature, Math.max(bot.temperature, CALLER_TEMPERATURE)),
    max_output_tokens: Math.min(wanted, bot.max_output_tokens),
  };
}
