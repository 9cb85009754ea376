import type { Question } from '../question.ts';

type Part = { split: 'tune' | 'report' | 'all'; limit: number | null };

/**
 * Chooses the questions of a half, and of these `limit` at even distances, so that each kind keeps its share. Messages
 * have no half; they are left out of `tune`, because nothing is fitted to them.
 */
export function chooseQuestions(questions: Question[], { split, limit }: Part): Question[] {
  const hasHalves = questions.some((question) => question.split !== null);
  const chosen = questions.filter((question) => {
    if (split === 'all' || !hasHalves) return true;
    return question.split === split || (question.split === null && split === 'report');
  });
  if (limit === null || limit >= chosen.length) return chosen;
  return Array.from({ length: limit }, (_, at) => chosen[Math.floor((at * chosen.length) / limit)]).filter(
    (question) => question !== undefined,
  );
}
