import type { SearchScope } from '#shared/db/document-filter.ts';
import type { DocumentTitle, DocumentTitles } from '#shared/db/document-titles.ts';
import * as documentTitles from '#shared/db/document-titles.ts';
import { stem } from '#shared/text/stem.ts';
import { topicWords } from './topic-words.ts';

/** Enough to find the ones that a question names, in one query. */
const MAX_READ = 500;
const MAX_SHOWN = 20;

/** Words of a question about the library that name no document. */
const GENERAL =
  /^(?:(?:문서|자료|파일|서류|목록|리스트|제목|이름|종류|여기|지금|현재|전체|모든|등록|올라|올라와|올라온|올린|업로드|저장|들어|가지|가지고|갖고|참고|근거|사용|이용|검색|보고|보여|답|답하|답변|대답|최근|새로|추가|관련|내용|주제|쭉|볼|영어|영문|한국어|한글|있|없|알|알려|뭐|어떤|거)(?:들|가|이|을|를|은|는|도|의|에|된|한|돼|되|되어|하|해|해서|어|어요|아|나|나요|니|냐|을까요|습니까|습니다|줘|줘요|주세요|고|로|면|거|게|지|요)?|documents?|docs?|files?|sources?|lists?|titles?|names?|library|knowledge|base|access|available|loaded|uploaded|indexed|given|collections?|ask|show|many|kinds?|types?|sorts?|topics?|subjects?|cover|newest|latest|recent|based|answers?|database|system|index)$/iu;

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
  const words = topicWords(question).filter((word) => !GENERAL.test(word));
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

const ENGLISH: Words = {
  none: 'There are no documents yet. Once some are added, I answer from them.',
  all: 'These are the documents that I answer from:',
  named: 'Yes, there is:',
  more: (count) => `And ${count} more.`,
};

const WORDS: Record<string, Words> = {
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
  const words = WORDS[language.slice(0, 2)] ?? ENGLISH;
  if (total === 0) return words.none;
  const shown = titles.slice(0, MAX_SHOWN).map(({ title }) => `- ${oneLine(title)}`);
  const more = total - shown.length;
  return [isNamed ? words.named : words.all, '', ...shown, ...(more > 0 ? ['', words.more(more)] : [])].join(
    '\n',
  );
}

/** A title cannot look like a citation or like Markdown of its own. */
function oneLine(title: string): string {
  return title
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\[(\d{1,3})\]/g, '($1)')
    .trim();
}
