import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '#local/platform/options.ts';

/** The demo team of a data directory: ids and an API key. */
export type Demo = { apiKey: string; teamId: string; bots: { ko: string; en: string } };

/** The owner of the demo team; the first user on the sign-in page. */
export const DEMO_EMAIL = 'demo@example.com';
export const DEMO_TEAM = 'Demo team';

export const DEMO_BOTS = {
  ko: {
    name: '한국어 도우미',
    description: '팀의 문서를 바탕으로 한국어로 답합니다.',
    instructions: '팀의 문서에 근거해서만, 간결하고 정중한 한국어로 답하세요.',
    language: 'ko',
    greeting: '안녕하세요. 예시 문서에 대해 물어보세요. 번호를 누르면 근거가 되는 문장을 보여 드립니다.',
    starters: [
      '수습 기간에도 급여를 전액 받나요?',
      '쓰지 않은 연차는 다음 해로 넘어가나요?',
      '출장 숙박비는 하루에 얼마까지인가요?',
      'How fast may the robot go in a yellow zone?',
    ],
  },
  en: {
    name: 'English assistant',
    description: 'Answers in English from the documents of the team.',
    instructions: 'Answer briefly and only from the documents of the team.',
    language: 'en',
    greeting: 'Ask about the sample documents. A number opens the sentence that proves the answer.',
    starters: [
      'How fast may the robot go in a yellow zone?',
      'What does the warranty cover?',
      '수습 기간에도 급여를 전액 받나요?',
    ],
  },
} as const;

const CONTENT_TYPES: Record<string, string> = {
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.md': 'text/markdown',
  '.txt': 'text/plain',
  '.html': 'text/html',
};

const SAMPLES = path.join(ROOT, 'local/demo/samples');

export type Sample = { filename: string; file: string; contentType: string };

/** The documents of the demo team. Sources of other documents (`*.source.*`) are left out. */
export function sampleDocuments(directory = SAMPLES): Sample[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const contentType = CONTENT_TYPES[path.extname(name)];
      if (!contentType || /\.source\.|^README/i.test(name)) return [];
      return [{ filename: name.normalize('NFC'), file: path.join(directory, name), contentType }];
    });
}

/** A question in this language that the sample documents answer. */
export function sampleQuestion(language: 'ko' | 'en', directory = SAMPLES): string {
  const fallback = { ko: '연차 휴가는 며칠인가요?', en: 'How many days of annual leave are there?' };
  const file = path.join(directory, 'questions.json');
  if (!existsSync(file)) return fallback[language];
  const entries = JSON.parse(readFileSync(file, 'utf8')) as { language: string; question: string }[];
  return entries.find((entry) => entry.language === language)?.question ?? fallback[language];
}

/** Whether a text contains Hangul. */
export function isKorean(text: string): boolean {
  return /\p{Script=Hangul}/u.test(text);
}

/** The demo team that an earlier run created, or null. */
export function readDemo(dataDir: string): Demo | null {
  try {
    return JSON.parse(readFileSync(demoFile(dataDir), 'utf8')) as Demo;
  } catch {
    return null;
  }
}

/** Saves the demo team for the next run. Only its owner may read the file: it contains an API key. */
export function writeDemo(dataDir: string, demo: Demo): void {
  writeFileSync(demoFile(dataDir), JSON.stringify(demo, null, 2), { mode: 0o600 });
}

function demoFile(dataDir: string): string {
  return path.join(dataDir, 'demo.json');
}
