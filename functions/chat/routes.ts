import { chat } from './chat.ts';
import { chatCompletions } from './chat-completions.ts';
import { createFeedback } from './create-feedback.ts';
import { deleteConversation } from './delete-conversation.ts';
import { exportConversation } from './export-conversation.ts';
import { getConversation } from './get-conversation.ts';
import { listConversations } from './list-conversations.ts';
import { listMessages } from './list-messages.ts';
import { listQuestions } from './list-questions.ts';
import { regenerate } from './regenerate.ts';
import { updateConversation } from './update-conversation.ts';

export const routes = {
  chat,
  listConversations,
  getConversation,
  listMessages,
  updateConversation,
  deleteConversation,
  exportConversation,
  listQuestions,
  createFeedback,
  regenerate,
  chatCompletions,
};
