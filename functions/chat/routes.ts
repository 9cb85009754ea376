import { chat } from './chat.ts';
import { chatCompletions } from './chat-completions.ts';
import { createFeedback } from './create-feedback.ts';
import { deleteConversation } from './delete-conversation.ts';
import { getConversation } from './get-conversation.ts';
import { listConversations } from './list-conversations.ts';
import { listMessages } from './list-messages.ts';

export const routes = {
  chat,
  listConversations,
  getConversation,
  listMessages,
  deleteConversation,
  createFeedback,
  chatCompletions,
};
