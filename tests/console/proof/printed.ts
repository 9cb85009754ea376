/** A document that Chromium prints, and questions that its sentences answer. */
export type PrintedSource = {
  name: string;
  css: string;
  body: string;
  landscape?: boolean;
  /** Whether the PDF names its parts, so that they are read by their names and not by their places. */
  isTagged?: boolean;
  questions: string[];
};

const paragraphs = (...texts: string[]) => texts.map((text) => `<p>${text}</p>`).join('');
const table = (...rows: string[][]) =>
  `<table>${rows.map((row, i) => `<tr>${row.map((cell) => (i === 0 ? `<th>${cell}</th>` : `<td>${cell}</td>`)).join('')}</tr>`).join('')}</table>`;

const TABLE_CSS =
  'table{border-collapse:collapse;width:100%}td,th{border:1px solid #888;padding:4px 8px;text-align:left}';

/** The documents that Chromium prints: its PDFs name glyphs by fonts of their own, and some spaces not at all. */
export const PRINTED: PrintedSource[] = [
  {
    name: 'leave',
    css: 'body{font:11pt/1.7 "Noto Sans CJK KR"}',
    body: `<h1>연차휴가 운영 지침</h1><h2>제1조(일수)</h2>${paragraphs(
      '① 일 년 동안 출근율이 80퍼센트 이상인 직원에게 15일의 연차휴가를 준다. ② 근속 기간이 일 년 미만인 직원은 한 달을 개근할 때마다 하루의 휴가를 받는다.',
    )}<h2>제2조(신청)</h2>${paragraphs(
      '연차휴가는 시작하기 사흘 전까지 인사 포털에서 신청한다. 급한 사정이 있으면 당일 아침 9시까지 부서장에게 전화로 알린다. 신청을 받은 부서장은 하루 안에 승인 여부를 알린다.',
      '쓰지 않은 연차휴가는 다음 해로 닷새까지 넘길 수 있다. 나머지는 1월 급여와 함께 수당으로 지급한다.',
    )}`,
    questions: [
      '출근율이 80퍼센트 이상인 직원의 연차휴가는 며칠인가요?',
      '근속 기간이 일 년 미만인 직원은 휴가를 얼마나 받나요?',
      '연차휴가는 언제까지 어디에서 신청하나요?',
      '급한 사정이 있으면 부서장에게 몇 시까지 알리나요?',
      '쓰지 않은 연차휴가는 다음 해로 며칠까지 넘길 수 있나요?',
    ],
  },
  {
    name: 'newsletter',
    isTagged: false,
    css: 'body{font:10pt/1.6 "Noto Sans CJK KR";text-align:justify}main{columns:2;column-gap:24px}',
    body: `<h1>사내 소식지 여름호</h1><main>${paragraphs(
      '본사 구내식당은 7월부터 오전 11시 20분에 문을 엽니다. 점심 한 끼의 값은 4,500원으로 지난해와 같습니다. 채식 식단은 매주 화요일과 목요일에 나옵니다.',
      '하반기 건강검진은 9월 1일부터 10월 31일까지 받습니다. 검진 기관은 한마음병원과 새봄의원 두 곳입니다. 배우자의 검진 비용은 회사가 절반을 냅니다.',
      '여름 체육대회는 8월 23일 토요일 잠실 보조경기장에서 엽니다. 참가 신청은 8월 10일까지 총무팀 메일로 받습니다. 가장 많은 점수를 얻은 부서는 상금 200만 원을 받습니다.',
      '주차장 지하 3층은 공사 때문에 8월 한 달 동안 닫습니다. 그동안 건너편 한빛빌딩 주차장을 무료로 쓸 수 있습니다. 자전거 보관대는 그대로 씁니다.',
      '사내 도서관은 한 번에 책을 다섯 권까지 빌려줍니다. 대출 기간은 3주이고 한 번 늘릴 수 있습니다. 돌려주지 않은 책이 있으면 새로 빌릴 수 없습니다.',
    )}</main>`,
    questions: [
      '구내식당 점심 한 끼의 값은 얼마인가요?',
      '배우자의 검진 비용은 회사가 얼마나 내나요?',
      '여름 체육대회 참가 신청은 언제까지 어디로 하나요?',
      '주차장 지하 3층은 왜 닫나요?',
      '사내 도서관은 책을 몇 권까지 빌려주나요?',
    ],
  },
  {
    name: 'prices',
    isTagged: false,
    css: `body{font:10.5pt/1.6 "Noto Sans CJK KR"}${TABLE_CSS}`,
    body: `<h1>장비 대여 요금표</h1>${paragraphs('모든 요금에는 부가세가 들어 있지 않습니다.')}${table(
      ['장비', '하루 요금', '보증금', '비고'],
      ['휴대용 발전기', '45,000원', '200,000원', '연료는 따로 산다'],
      ['고소 작업대', '130,000원', '1,000,000원', '운전 자격증이 있어야 빌린다'],
      ['측량기', '60,000원', '500,000원', '교정 성적서를 함께 준다'],
      ['산업용 청소기', '25,000원', '100,000원', '먼지 봉투 두 장이 들어 있다'],
    )}${paragraphs(
      '늦게 돌려주면 하루마다 요금의 1.5배를 받습니다. 고장을 내면 수리비의 실제 금액을 청구합니다.',
    )}`,
    questions: [
      '휴대용 발전기의 하루 요금은 얼마인가요?',
      '고소 작업대의 보증금은 얼마인가요?',
      '측량기를 빌리면 무엇을 함께 주나요?',
      '장비를 늦게 돌려주면 요금의 몇 배를 받나요?',
      '산업용 청소기에는 무엇이 들어 있나요?',
    ],
  },
  {
    name: 'paper',
    isTagged: false,
    css: 'body{font:10pt/1.35 "DejaVu Serif",serif;text-align:justify;hyphens:auto}main{columns:2;column-gap:18px}h1{hyphens:none}',
    body: `<h1>Thermal Storage in Small Greenhouses</h1><main>${paragraphs(
      'We measured the temperature of eleven greenhouses during two winters. Water barrels painted black lowered the heating demand by 31 percent. Gravel beds under the paths lowered it by only 12 percent.',
      'The barrels were placed along the northern wall, where they shade no plants. Each barrel holds 200 litres and weighs about 215 kilograms when it is filled. An iron frame keeps the barrels upright during earthquakes.',
      'Opening the roof vents before sunrise turned out to be harmful. Greenhouses with automatic vents lost four degrees within twenty minutes. We therefore recommend a thermostat that keeps the vents closed below twelve degrees.',
      'Snow on the roof insulated surprisingly well. A layer of fifteen centimetres reduced nightly losses by a quarter. The structure must carry at least 75 kilograms per square metre for this.',
      'The payback time of the barrels was three winters. Gravel beds never paid back their cost. Farmers who already own barrels recover the paint within a month.',
    )}</main>`,
    questions: [
      'By how much did black water barrels lower the heating demand?',
      'How many litres does each barrel hold?',
      'How much temperature did greenhouses with automatic vents lose?',
      'By how much did a layer of snow of fifteen centimetres reduce nightly losses?',
      'What was the payback time of the barrels?',
    ],
  },
  {
    name: 'mixed',
    css: 'body{font:10.5pt/1.7 "Noto Sans CJK KR","DejaVu Sans"}code{font:9pt "DejaVu Sans Mono"}small{font-size:8pt}',
    body: `<h1>API 연동 안내 <small>Integration guide v2.3</small></h1>${paragraphs(
      '요청에는 <b>Authorization</b> 헤더에 <code>Bearer</code> 토큰을 넣어야 합니다. 토큰의 유효 시간은 <b>30분</b>이며, 만료되면 <code>/v1/auth/refresh</code>로 다시 받습니다.',
      '한 계정은 1분에 최대 <b>120 requests</b>를 보낼 수 있습니다. 한도를 넘으면 서버가 <code>429 Too Many Requests</code>로 응답합니다. <i>Retry-After</i> 헤더가 기다릴 시간을 초 단위로 알려 줍니다.',
      'Webhook의 서명은 <code>HMAC-SHA256</code> 방식으로 만듭니다. 서명이 맞지 않는 webhook은 버리고 <small>(최대 5회까지)</small> 다시 보내 달라고 요청하세요.',
      '시험 환경(sandbox)의 데이터는 매주 일요일 새벽 3시에 지워집니다. 실제 환경으로 옮기려면 partner@example.com으로 신청서를 보내세요.',
    )}`,
    questions: [
      '토큰의 유효 시간은 얼마인가요?',
      '한 계정은 1분에 requests를 몇 번까지 보낼 수 있나요?',
      'Webhook의 서명은 어떤 방식으로 만드나요?',
      '시험 환경(sandbox)의 데이터는 언제 지워지나요?',
      '한도를 넘으면 서버가 무엇으로 응답하나요?',
    ],
  },
  {
    name: 'schedule',
    landscape: true,
    css: `body{font:10pt/1.5 "DejaVu Sans"}${TABLE_CSS}`,
    body: `<h1>Maintenance plan of the Nordhafen terminal</h1>${table(
      ['Machine', 'Interval', 'Work', 'Responsible', 'Duration'],
      ['Gantry crane 4', 'every 90 days', 'Replace the hoist rope', 'Lifting crew', '6 hours'],
      ['Reach stacker', 'every 250 hours', 'Change hydraulic filters', 'Vehicle workshop', '90 minutes'],
      ['Reefer sockets', 'every month', 'Test the residual current devices', 'Electricians', '4 hours'],
      ['Fire pumps', 'every week', 'Run the diesel engine under load', 'Fire brigade', '30 minutes'],
    )}${paragraphs(
      'Work on the cranes stops when the wind exceeds 72 kilometres per hour. The harbour master gives the permission to start again. Every repair is written into the red logbook in the control room.',
    )}`,
    questions: [
      'How often is the hoist rope of gantry crane 4 replaced?',
      'Who changes the hydraulic filters of the reach stacker?',
      'At what wind does work on the cranes stop?',
      'Who gives the permission to start again?',
      'How often do the fire pumps run the diesel engine under load?',
    ],
  },
];
