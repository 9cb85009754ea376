import type { LlmRequest } from '#shared/llm/request.ts';
import { recentTurns, type Turn, withoutMarkers } from './history.ts';
import { introduce, languageRule, ownInstructions, type PromptInput } from './prompt.ts';

const SMALL_TALK = `The message needs nothing from documents: it is a greeting, thanks, a remark, a complaint or a question about you. Reply kindly in one to three short sentences.
- Say that you answer questions from the team's documents where that is asked. State no facts that documents would hold.
- Write no numbers in square brackets.`;

const TRANSFORM = `The message asks for your last answer in another form: translated, shortened, put differently. Give exactly that.
- Keep its facts, names and numbers; add none and leave out none that the form asked for has room for.
- Write no numbers in square brackets, and nothing before or after the text itself.`;

type TalkInput = Omit<PromptInput, 'passages'> & {
  kind: 'small_talk' | 'transform';
  bot: PromptInput['bot'] & { greeting: string; starters: string[] };
};

/** The short prompt of a turn that needs no passages. The answer to be transformed is given whole. */
export function buildTalkPrompt(input: TalkInput): Pick<LlmRequest, 'system' | 'messages'> {
  const { kind, bot, history, question } = input;
  const last = history.findLast(({ role }) => role === 'assistant');
  const earlier = kind === 'transform' && last ? history.slice(0, history.lastIndexOf(last)) : history;
  const system = [
    ...introduce(input),
    kind === 'transform' ? TRANSFORM : SMALL_TALK,
    kind === 'small_talk' && bot.greeting && `Your greeting: ${bot.greeting}`,
    kind === 'small_talk' &&
      bot.starters.length > 0 &&
      `Questions that people may ask you: ${bot.starters.join(' · ')}`,
    kind === 'small_talk'
      ? languageRule(input.language)
      : 'Use the language that the message asks for, else that of the answer.',
    ...ownInstructions(bot),
  ];
  return {
    system: system.filter(Boolean).join('\n\n'),
    messages: [
      ...recentTurns(earlier),
      ...(kind === 'transform' && last ? [{ role: last.role, content: withoutMarkers(last.content) }] : []),
      { role: 'user', content: question },
    ],
  };
}

/** A front end's own prompt, passed on as it is, with the conversation that it may follow instead of quoting one. */
export function buildTaskPrompt(question: string, history: Turn[]): Pick<LlmRequest, 'system' | 'messages'> {
  return {
    system: 'Do exactly what the last message asks, in the form that it asks for.',
    messages: [...recentTurns(history), { role: 'user', content: question }],
  };
}
