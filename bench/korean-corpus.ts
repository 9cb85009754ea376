import { v7 as uuidv7 } from 'uuid';

/** One chunk, and a question that only this chunk answers. */
export type Entry = { id: string; text: string; question: string };

const SUBJECTS =
  '연차휴가 경조휴가 병가 출장비 숙박비 교통비 재택근무 보안점검 비밀번호 노트북 법인카드 회의실 주차장 건강검진 교육비 성과급 퇴직금 복지포인트 야근수당 사내도서관'.split(
    ' ',
  );
const PLACES =
  '서울본사 부산지사 대전연구소 광주공장 제주센터 인천물류센터 판교사무소 울산공장 세종지사 대구지점 춘천연구소 포항공장'.split(
    ' ',
  );
const UNITS = '개발팀 영업팀 인사팀 재무팀 법무팀 홍보팀 구매팀 품질팀 기획팀 보안팀 디자인팀 연구팀'.split(
  ' ',
);
const GRADES = '신입사원 경력사원 주임 대리 과장 차장 부장 임원 인턴 계약직'.split(' ');
const PARTICLES = ['은', '을', '의', '에는', '에서는', '과', '도', '만', '부터', '까지'];

/**
 * Generates rules, each about another combination of four words. As in Korean, every word has a particle attached.
 * A rule's question contains the same words, in two of three cases with other particles. Equal sizes give equal texts.
 */
export function makeCorpus(size: number): Entry[] {
  return Array.from({ length: size }, (_, n) => {
    const words = [
      pick(SUBJECTS, n),
      pick(PLACES, n / 20),
      pick(UNITS, n / 240),
      pick(GRADES, n / 2_880 + n),
    ];
    const withParticles = (shift: number) =>
      words.map((word, at) => word + pick(PARTICLES, n * 7 + at * 3 + shift)).join(' ');
    return {
      id: uuidv7(),
      text: `제${n + 1}조. ${withParticles(0)} 관련된 기준은 매년 ${(n % 28) + 1}일에 정하며 한도는 ${(n % 90) + 10}만 원으로 한다.`,
      question: `${withParticles(n % 3 === 0 ? 0 : 4)} 정한 한도는 얼마인가요?`,
    };
  });
}

function pick(list: string[], at: number): string {
  return list[Math.floor(at) % list.length] as string;
}
