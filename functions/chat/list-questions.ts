import { z } from 'zod';
import { outOfReach } from '#shared/chat/withheld.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { OUTCOMES } from '#shared/db/messages.ts';
import type { QuestionRow } from '#shared/db/questions.ts';
import * as questions from '#shared/db/questions.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import { csvReply, MAX_CSV_ROWS, wantsCsv } from '#shared/http/csv.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, Id, ok, PageQuery, pageOf, TimeOrDay } from '#shared/http/route.ts';
import { readTimeRange } from '#shared/http/time-range.ts';
import { Question } from './schemas.ts';

const QuestionQuery = PageQuery.extend({
  bot_id: Id.optional(),
  outcome: z.enum(OUTCOMES).optional(),
  rating: z.enum(['up', 'down']).optional(),
  from: TimeOrDay.optional(),
  to: TimeOrDay.optional(),
  q: z.string().trim().min(1).max(200).optional(),
});

const CSV_COLUMNS = 'created_at,bot_id,asked_by,question,answer,outcome,rating,comment,message_id'.split(',');

export const listQuestions = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/questions',
  summary: 'Review what was asked',
  description: `Questions of everybody in the team with their answers, newest first. Days are whole days in the team’s time zone, both ends included. Each reading is in the audit log, and an owner may switch the review off (\`question_review\` of the team). With \`Accept: text/csv\` the response is a file of up to ${MAX_CSV_ROWS} rows.`,
  tag: 'chat',
  access: { role: 'admin', scope: 'usage:read' },
  query: QuestionQuery,
  response: { 200: z.union([pageOf(Question), z.string().meta({ contentMediaType: 'text/csv' })]) },
  errors: ['not_found', 'insufficient_role', 'forbidden'],
  async run({ principal, query, request }) {
    const { teamId } = principal;
    const asCsv = wantsCsv(request.header('accept'));
    return await inTeam(teamId, async (db) => {
      const team = await teams.find(teamId, db);
      if (!team) throw notFound('team');
      if (!team.question_review) throw reviewIsOff();
      const filter = toFilter(query, team.timezone);
      const after = { format: asCsv ? 'csv' : 'json', bot_id: query.bot_id ?? null };
      await auditLog.append(teamId, { actor: principal, action: 'questions.read', after }, db);
      if (asCsv) {
        const rows = await questions.list(teamId, filter, { limit: MAX_CSV_ROWS, before: null, db });
        return csvReply('questions.csv', rows.map(toCsvRow), CSV_COLUMNS);
      }
      const fetch = (page: { limit: number; before: string | null }) =>
        questions.list(teamId, filter, { ...page, db });
      return ok(await paginate({ list: `questions:${teamId}`, query, fetch, render: toQuestion }));
    });
  },
});

function reviewIsOff(): AppError {
  const message = 'This team has switched the review of questions off; an owner can switch it on again.';
  return new AppError('forbidden', message);
}

function toFilter(query: z.output<typeof QuestionQuery>, timeZone: string): questions.QuestionFilter {
  const { bot_id, outcome = null, rating = null, q } = query;
  const range = readTimeRange(query, timeZone);
  return { botId: bot_id ?? null, outcome, rating, ...range, text: q ?? null };
}

function toQuestion({ id, answer, withheld_in, ...question }: QuestionRow) {
  const withheld = withheld_in !== null && { answer: outOfReach(withheld_in), withheld: true as const };
  return { message_id: id, answer, ...question, ...withheld };
}

function toCsvRow(row: QuestionRow) {
  const { citations: _citations, ...shown } = toQuestion(row);
  return shown;
}
