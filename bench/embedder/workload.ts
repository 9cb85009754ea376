import type { TextTokenizer } from '#embedder/tokenizer/tokenizer.ts';

/** One text of the workload; `tokens` include special tokens and prefix. */
type WorkloadText = { text: string; tokens: number };

const KOREAN =
  '검색 증강 생성은 문서를 나누어 임베딩하고 질문과 가까운 조각을 찾아 답을 만드는 방법이며 근거가 되는 문장을 함께 보여 주기 때문에 회사의 규정과 절차를 묻는 직원에게 특히 도움이 된다 연차휴가는 입사일을 기준으로 발생하고 출장비는 사전에 승인을 받은 경우에만 지급하며 재택근무를 신청하려면 팀장의 동의를 얻어야 한다 보안점검은 매월 첫째 월요일에 실시되며 비밀번호는 90일마다 변경하지 않으면 접속이 제한될 수 있습니다 서울특별시 은행에서는 대출금리를 확인하세요'.split(
    ' ',
  );
const ENGLISH =
  'retrieval augmented generation splits documents into passages, embeds them and looks up those nearest to a question; the answer cites its sources so that readers can check every claim against the original text. Employees accrue annual leave from their first day, travel expenses are paid only when approved in advance, and remote work requires written consent by the head of the department. Security reviews take place on the first Monday of each month and passwords expire after ninety days unless they were changed earlier'.split(
    ' ',
  );
const MEDIAN_TOKENS = 32;
const SPREAD = 0.8;
const SHORTEST = 5;
const LONGEST = 200;

/**
 * Generates workload W: Korean and English texts in turn, with log-normal lengths (median 32 tokens, sigma 0.8, clipped
 * to 5 … 200, mean about 42), as chunks and questions have. It is equal on every machine.
 */
export function makeWorkload(count: number, tokenizer: TextTokenizer): WorkloadText[] {
  const random = generator(20_260_101);
  return Array.from({ length: count }, (_, i) => {
    const words = i % 2 === 0 ? ENGLISH : KOREAN;
    const wanted = Math.exp(Math.log(MEDIAN_TOKENS) + SPREAD * gauss(random));
    return textOf(Math.min(LONGEST, Math.max(SHORTEST, Math.round(wanted))), { words, random, tokenizer });
  });
}

type Source = { words: string[]; random: () => number; tokenizer: TextTokenizer };

function textOf(wanted: number, { words, random, tokenizer }: Source): WorkloadText {
  let text = '';
  let tokens = 0;
  while (tokens < wanted) {
    const start = Math.floor(random() * (words.length - 8));
    for (const word of words.slice(start, start + 8)) {
      const longer = text ? `${text} ${word}` : word;
      const next = tokenizer.encode(longer, 'passage: ').tokens;
      if (next > wanted && text) return { text, tokens };
      text = longer;
      tokens = next;
    }
  }
  return { text, tokens };
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
}

/** xorshift32 (Marsaglia 2003), as a share of 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
