import type { SearchScope } from '#shared/db/document-filter.ts';
import type { DocumentTitle, DocumentTitles } from '#shared/db/document-titles.ts';
import * as documentTitles from '#shared/db/document-titles.ts';
import { type InLanguages, inLanguage } from '#shared/text/language.ts';
import { stem } from '#shared/text/stem.ts';
import { namedWords } from './document-list-phrases.ts';

/** Enough to find the ones that a question names, in one query. */
const MAX_READ = 500;
const MAX_SHOWN = 20;

/** The documents that a message asks about. */
export type DocumentList = DocumentTitles & {
  /** Whether the message names certain documents (`회의록`), and the titles are only those. */
  isNamed: boolean;
};

/**
 * The titles of the documents in a bot's scope for a question such as "어떤 문서가 있어?"; those that the question names, when it
 * names some. null when it names something that no title holds: then the answer may stand inside a document.
 */
export async function listDocuments(
  teamId: string,
  scope: SearchScope,
  question: string,
): Promise<DocumentList | null> {
  const all = await documentTitles.list(teamId, scope, MAX_READ);
  const words = namedWords(question);
  if (words.length === 0) return { ...all, isNamed: false };
  const named = all.titles.filter((title) => words.some((word) => isIn(title, word)));
  return named.length > 0 ? { titles: named, total: named.length, isNamed: true } : null;
}

function isIn({ title, filename }: DocumentTitle, word: string): boolean {
  const name = `${title} ${filename}`.normalize('NFC').toLowerCase();
  if (!/^[a-z]+$/iu.test(word)) return name.includes(word.toLowerCase());
  return (name.match(/[a-z]+/gu) ?? []).some((each) => stem(each) === stem(word.toLowerCase()));
}

type Words = { none: string; all: string; named: string; more: (count: number) => string };

const WORDS: InLanguages<Words> = {
  en: {
    none: 'There are no documents yet. Once some are added, I answer from them.',
    all: 'These are the documents that I answer from:',
    named: 'Yes, there is:',
    more: (count) => `And ${count} more.`,
  },
  ko: {
    none: '아직 참고할 수 있는 문서가 없습니다. 문서를 추가하면 그 내용으로 답해 드립니다.',
    all: '제가 참고하는 문서는 다음과 같습니다.',
    named: '네, 다음 문서가 있습니다.',
    more: (count) => `그 밖에 ${count}개가 더 있습니다.`,
  },
  ja: {
    none: '参照できる文書はまだありません。',
    all: '参照している文書は次のとおりです。',
    named: 'はい、次の文書があります。',
    more: (count) => `ほかに${count}件あります。`,
  },
  zh: {
    none: '目前还没有可以参考的文档。',
    all: '我参考的文档如下：',
    named: '有，以下文档：',
    more: (count) => `另外还有 ${count} 份。`,
  },
};

/** The titles as an answer in the asker's language. */
export function describeDocuments({ titles, total, isNamed }: DocumentList, language: string): string {
  const words = inLanguage(WORDS, language);
  if (total === 0) return words.none;
  const shown = shownTitles(titles).map(({ title }) => `- ${oneLine(title)}`);
  const more = total - shown.length;
  return [isNamed ? words.named : words.all, '', ...shown, ...(more > 0 ? ['', words.more(more)] : [])].join(
    '\n',
  );
}

/** Those of the titles that an answer lists. */
export function shownTitles(titles: DocumentTitle[]): DocumentTitle[] {
  return titles.slice(0, MAX_SHOWN);
}

/** A title cannot look like a citation or like Markdown of its own. */
function oneLine(title: string): string {
  return title
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\[(\d{1,3})\]/g, '($1)')
    .trim();
}
