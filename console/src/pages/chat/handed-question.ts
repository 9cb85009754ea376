/**
 * A question that was sent on another page, for the chat to ask once. It is not in the address: a link that somebody
 * else made may fill in a question, but never sends it.
 */
let handed: { botId: string; question: string } | null = null;

/** Leaves a question for the chat with a bot, which is opened next. */
export function handQuestion(botId: string, question: string): void {
  handed = { botId, question };
}

/** The question that was left for this bot, once. One for another bot is forgotten. */
export function takeQuestion(botId: string): string | null {
  const question = handed?.botId === botId ? handed.question : null;
  handed = null;
  return question;
}
