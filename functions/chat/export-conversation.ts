import { z } from 'zod';
import { ownerOf } from '#shared/chat/conversation.ts';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as conversations from '#shared/db/conversations.ts';
import type { MessageRow } from '#shared/db/messages.ts';
import * as messages from '#shared/db/messages.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, ok, type Reply } from '#shared/http/route.ts';
import { toMessage, withNotice } from './list-messages.ts';
import { Conversation, Message } from './schemas.ts';

/** Messages of one export: a longer conversation is cut at its end. */
const MAX_MESSAGES = 2_000;

type Source = { index: number; filename: string; page: number | null; quote: string };

export const exportConversation = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/conversations/{conversation_id}/export',
  summary: 'Export one of my conversations',
  description: `As Markdown with the sources below each answer, or as JSON. At most ${MAX_MESSAGES} messages.`,
  tag: 'chat',
  access: { role: 'viewer', scope: 'chat' },
  query: z.object({ format: z.enum(['markdown', 'json']).default('markdown') }),
  response: {
    200: z.union([
      z.object({ conversation: Conversation, messages: z.array(Message) }),
      z.string().meta({ contentMediaType: 'text/markdown' }),
    ]),
  },
  errors: ['not_found'],
  async run({ principal, params, query }) {
    const { teamId } = principal;
    const conversation = await conversations.find(teamId, ownerOf(principal), params.conversation_id);
    if (!conversation) throw notFound('conversation');
    const entry = {
      actor: principal,
      action: 'conversation.exported',
      targetId: conversation.id,
      after: { format: query.format },
    };
    await inTeam(teamId, (db) => auditLog.append(teamId, entry, db));
    const rows = await messages.list(teamId, conversation.id, { limit: MAX_MESSAGES, after: null });
    if (query.format === 'json') return ok({ conversation, messages: rows.map(toMessage) });
    return markdownReply(conversation.title, rows);
  },
});

function markdownReply(title: string, rows: MessageRow[]): Reply {
  const body = [`# ${title}`, ...rows.map((row) => toMarkdown(withNotice(row)))].join('\n\n');
  return {
    status: 200,
    body: `${body}\n`,
    headers: {
      'Content-Type': 'text/markdown; charset=utf-8',
      'Content-Disposition': 'attachment; filename="conversation.md"',
    },
  };
}

function toMarkdown({ role, content, citations, created_at }: MessageRow): string {
  const sources = (citations as Source[]).map(({ index, filename, page, quote }) => {
    const place = page === null ? filename : `${filename}, p. ${page}`;
    return `- [${index}] ${place}: “${quote.replaceAll(/\s+/g, ' ')}”`;
  });
  const head = `**${role === 'user' ? 'Question' : 'Answer'}** (${created_at.toISOString()})`;
  return [head, content, ...(sources.length > 0 ? [[...new Set(sources)].join('\n')] : [])].join('\n\n');
}
