import { buildPdf } from '#tests/fixtures/pdf-builder.ts';

type Line = Parameters<typeof buildPdf>[0]['pages'][number][number];

/** A PDF that is drawn by hand, and questions that its sentences answer. */
type DrawnSource = { name: string; bytes: Uint8Array; questions: string[] };

/** Lines below each other in a Korean font that the file does not embed. */
function column(x: number, y: number, ...texts: string[]): Line[] {
  return texts.map((text, i) => ({ text, x, y: y - i * 18, font: 'unicode', size: 11 }));
}

/** Lines of a page that the file turns by a quarter, so that a reader sees them upright. */
function turnedColumn(angle: 90 | 180 | 270, ...texts: string[]): Line[] {
  const at = {
    90: (i: number) => ({ x: 80 + i * 22, y: 60 }),
    180: (i: number) => ({ x: 535, y: 120 + i * 22 }),
    270: (i: number) => ({ x: 515 - i * 22, y: 780 }),
  }[angle];
  return texts.map((text, i) => ({ text, ...at(i), font: 'unicode', size: 12, angle }));
}

/** PDFs that a printer of today would not make: turned and cropped pages, fonts that are not embedded. */
export const DRAWN: DrawnSource[] = [
  {
    name: 'turned-90',
    bytes: buildPdf({
      rotate: 90,
      pages: [
        turnedColumn(
          90,
          '창고 안전 수칙',
          '지게차의 속도는 시속 8킬로미터를 넘지 않는다.',
          '선반 한 칸에는 600킬로그램까지 올린다.',
        ),
        turnedColumn(
          90,
          '비상구 앞 2미터 안에는 아무것도 두지 않는다.',
          '소화기는 매달 첫째 월요일에 점검한다.',
          '냉동 창고에서는 한 번에 40분까지 일한다.',
        ),
      ],
    }),
    questions: [
      '지게차의 속도는 얼마를 넘지 않나요?',
      '선반 한 칸에는 몇 킬로그램까지 올리나요?',
      '비상구 앞 몇 미터 안에 아무것도 두지 않나요?',
      '소화기는 언제 점검하나요?',
      '냉동 창고에서는 한 번에 몇 분까지 일하나요?',
    ],
  },
  {
    name: 'turned-180',
    bytes: buildPdf({
      rotate: 180,
      pages: [
        turnedColumn(
          180,
          '연구실 이용 안내',
          '연구실의 문은 밤 10시에 저절로 잠긴다.',
          '시약 폐기물은 파란 통에 모은다.',
          '현미경은 예약한 사람만 두 시간 동안 쓴다.',
          '액체 질소는 보호 장갑을 끼고 옮긴다.',
          '사고가 나면 내선 119번으로 먼저 알린다.',
        ),
      ],
    }),
    questions: [
      '연구실의 문은 몇 시에 잠기나요?',
      '시약 폐기물은 어디에 모으나요?',
      '현미경은 예약한 사람이 몇 시간 동안 쓰나요?',
      '액체 질소는 어떻게 옮기나요?',
      '사고가 나면 내선 몇 번으로 알리나요?',
    ],
  },
  {
    name: 'turned-270-cropped',
    bytes: buildPdf({
      rotate: 270,
      cropBox: [60, 40, 560, 800],
      pages: [
        turnedColumn(
          270,
          '기숙사 생활 규칙',
          '세탁실은 아침 7시부터 밤 11시까지 쓴다.',
          '손님은 저녁 9시까지 휴게실에서 만난다.',
          '방의 열쇠를 잃어버리면 1만 원을 낸다.',
          '전기 난로는 방에서 쓸 수 없다.',
          '퇴실은 이 주 전에 관리실에 서면으로 알린다.',
        ),
      ],
    }),
    questions: [
      '세탁실은 몇 시부터 몇 시까지 쓰나요?',
      '손님은 몇 시까지 휴게실에서 만나나요?',
      '방의 열쇠를 잃어버리면 얼마를 내나요?',
      '전기 난로는 방에서 쓸 수 있나요?',
      '퇴실은 관리실에 어떻게 알리나요?',
    ],
  },
  {
    name: 'two-columns',
    bytes: buildPdf({
      pages: [
        [
          ...column(
            50,
            760,
            '공동 텃밭은 3월 둘째 토요일에 연',
            '다. 한 가구는 열 제곱미터를 받는다.',
            '물은 아침과 저녁에만 준다. 호스는',
            '한 사람이 20분까지 쓴다. 농약은 쓰',
            '지 않고 천연 재료만 쓴다.',
          ),
          ...column(
            320,
            760,
            '퇴비는 관리소에서 한 달에 두 포대',
            '를 나누어 준다. 수확한 채소의 열에',
            '하나는 이웃 식당에 기부한다. 빈 땅',
            '은 6월에 다시 추첨한다. 겨울에는',
            '호밀을 심어 흙을 쉬게 한다.',
          ),
        ],
      ],
    }),
    questions: [
      '공동 텃밭은 언제 여나요?',
      '호스는 한 사람이 몇 분까지 쓰나요?',
      '퇴비는 관리소에서 한 달에 몇 포대를 나누어 주나요?',
      '빈 땅은 언제 다시 추첨하나요?',
      '겨울에는 무엇을 심어 흙을 쉬게 하나요?',
    ],
  },
];
