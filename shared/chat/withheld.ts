import { type InLanguages, inLanguage } from '#shared/text/language.ts';

const WITHHELD: InLanguages<string> = {
  ko: '콘텐츠 필터가 이 답변을 막아 보여 드릴 수 없습니다. 질문을 바꾸어 다시 물어 주세요.',
  en: 'A content filter withheld this answer. Please ask in another way.',
  ja: 'コンテンツフィルターによりこの回答は表示できません。別の言葉でお尋ねください。',
  zh: '内容过滤器拦截了此回答。请换一种方式提问。',
};

/** What stands for an answer that a content filter withheld: in Korean, Japanese or Chinese, for other codes in English. */
export function withheld(language: string): string {
  return inLanguage(WITHHELD, language);
}

const LINK_REMOVED: InLanguages<string> = {
  ko: '(링크 삭제됨)',
  en: '(link removed)',
  ja: '(リンクは削除されました)',
  zh: '(链接已移除)',
};

/** What stands for an address that no cited passage names. */
export function linkRemoved(language: string): string {
  return inLanguage(LINK_REMOVED, language);
}

const OUT_OF_REACH: InLanguages<string> = {
  ko: '이 답변은 더 이상 볼 수 없는 문서로 만들어져 보여 드릴 수 없습니다.',
  en: 'This answer was made from documents that you can no longer see, so it is not shown.',
  ja: 'この回答は、現在は閲覧できない文書から作られたため表示できません。',
  zh: '此回答依据的文档您已无法查看，因此不再显示。',
};

/** What stands for an earlier answer that was made from documents which its reader no longer sees. */
export function outOfReach(language: string): string {
  return inLanguage(OUT_OF_REACH, language);
}
