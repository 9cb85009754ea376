/**
 * Neutral passages of everyday and business topics, each in Korean and in English, so that the two languages differ in
 * nothing but language. A change of a text changes every background, and what was calibrated with it.
 */
export const BACKGROUND_TEXTS: readonly (readonly [ko: string, en: string])[] = [
  [
    '연차 휴가는 입사일을 기준으로 계산하며, 남은 일수는 다음 해로 넘길 수 없다.',
    'Annual leave is counted from the first day of work, and unused days do not carry over to the next year.',
  ],
  [
    '출장비는 영수증을 붙여 돌아온 날부터 2주 안에 신청한다.',
    'Travel costs are claimed with receipts attached, within two weeks of the return.',
  ],
  [
    '급여는 매달 25일에 지급되고, 명세는 사내 게시판에서 볼 수 있다.',
    'Salaries are paid on the 25th of each month, and the statement can be seen on the staff site.',
  ],
  [
    '회의에서는 다음 분기 일정과 담당자를 정하고 예산안을 검토했다.',
    'The meeting agreed on the schedule and owners for the next quarter and reviewed the budget.',
  ],
  [
    '신입 사원은 첫 주에 보안 교육을 받고 출입증을 발급받는다.',
    'New employees take the security training in their first week and receive an access badge.',
  ],
  [
    '이 계약은 체결한 날부터 1년 동안 유효하며, 양측의 합의로 연장할 수 있다.',
    'This contract is valid for one year from its signing and may be extended by mutual agreement.',
  ],
  [
    '구매한 물건은 포장을 뜯지 않았다면 7일 안에 환불받을 수 있다.',
    'A purchased item can be returned for a refund within seven days if its packaging is unopened.',
  ],
  [
    '주문한 상품은 보통 이틀 안에 도착하지만 섬 지역은 더 걸린다.',
    'Orders usually arrive within two days, but islands take longer.',
  ],
  [
    '제품 보증 기간은 2년이고 소모품과 외부 충격에 의한 고장은 제외된다.',
    'The product warranty covers two years and excludes consumables and damage from impact.',
  ],
  [
    '청소하기 전에는 전원을 끄고 필터를 꺼내 미지근한 물로 씻는다.',
    'Before cleaning, switch the device off, take out the filter and rinse it with lukewarm water.',
  ],
  [
    '작업장에서는 보호 안경과 안전모를 쓰고 비상구 앞에 물건을 두지 않는다.',
    'In the workshop, wear goggles and a helmet, and keep the emergency exit clear.',
  ],
  [
    '비밀번호를 잊었다면 로그인 화면에서 재설정 메일을 요청한다.',
    'If you have forgotten your password, request a reset mail on the sign-in page.',
  ],
  [
    '데이터베이스는 매일 새벽에 백업되며 30일 동안 보관된다.',
    'The database is backed up every night, and copies are kept for thirty days.',
  ],
  [
    '인터페이스는 분당 요청 수를 제한하고, 초과하면 오류 코드를 돌려준다.',
    'The interface limits requests per minute and returns an error code above that.',
  ],
  [
    '새 버전을 설치하면 설정은 그대로 남고 프로그램이 한 번 다시 시작된다.',
    'Installing the new version keeps your settings and restarts the program once.',
  ],
  [
    '어젯밤 통신 장애는 장비 교체로 해결되었고 원인을 조사하고 있다.',
    'Last night’s network outage was fixed by replacing equipment, and its cause is being investigated.',
  ],
  [
    '고객 상담은 평일 오전 9시부터 오후 6시까지 전화와 채팅으로 받는다.',
    'Customer support answers by phone and chat on weekdays from nine to six.',
  ],
  [
    '기본 요금제는 한 달에 만 원이며 이용자 다섯 명까지 쓸 수 있다.',
    'The basic plan costs ten dollars a month and includes up to five users.',
  ],
  [
    '대금 청구는 월말에 하고 납부 기한은 청구일부터 30일이다.',
    'Invoices are issued at the end of the month and are due within thirty days.',
  ],
  [
    '개인 사업자는 5월에 지난해 소득을 신고하고 세금을 낸다.',
    'The self-employed declare last year’s income in May and pay their taxes.',
  ],
  [
    '보험금은 진단을 받은 뒤 필요한 자료를 모두 내야 지급된다.',
    'The insurance pays after the diagnosis, once every required paper has been handed in.',
  ],
  [
    '대출 이자는 기준 금리에 따라 달라지고 중도 상환에는 수수료가 붙는다.',
    'Interest on the loan follows the base rate, and early repayment carries a fee.',
  ],
  [
    '진료 예약은 전화로 할 수 있고, 처음 오는 환자는 신분증을 가져와야 한다.',
    'Appointments at the clinic are made by phone, and new patients should bring identification.',
  ],
  [
    '이 약은 하루 세 번 식사 후에 먹고 졸음이 올 수 있으니 운전을 피한다.',
    'Take this medicine three times a day after meals, and avoid driving as it may cause drowsiness.',
  ],
  [
    '가벼운 운동을 꾸준히 하면 혈압이 내려가고 잠을 깊이 잔다.',
    'Light exercise done regularly lowers blood pressure and helps people sleep deeply.',
  ],
  [
    '채소와 콩에는 섬유질이 많아 소화를 돕고 포만감을 준다.',
    'Vegetables and beans are rich in fibre, which aids digestion and keeps one full.',
  ],
  [
    '양파를 얇게 썰어 볶다가 물을 붓고 약한 불에서 20분 끓인다.',
    'Slice the onion thinly, fry it, add water and simmer over low heat for twenty minutes.',
  ],
  [
    '식당은 월요일에 쉬고 저녁에는 예약한 손님만 받는다.',
    'The restaurant is closed on Mondays and takes only guests with a reservation in the evening.',
  ],
  [
    '내일은 전국이 흐리고 오후부터 남부 지방에 비가 내리겠다.',
    'Tomorrow will be cloudy across the country, with rain in the south from the afternoon.',
  ],
  [
    '지하철 공사로 이번 주말에는 두 역 사이에 버스가 대신 다닌다.',
    'Because of works on the subway, buses run between two stations this weekend.',
  ],
  [
    '국제선 승객은 출발 두 시간 전까지 공항에 도착해야 한다.',
    'Passengers on international flights should be at the airport two hours before departure.',
  ],
  [
    '수강 신청은 2월에 열리고 정원이 차면 대기 명단에 오른다.',
    'Course registration opens in February, and full classes have a waiting list.',
  ],
  [
    '장학금은 성적과 가정 형편을 함께 보고 학기마다 선발한다.',
    'Scholarships are awarded each term on grades and family circumstances.',
  ],
  [
    '도서관에서는 한 번에 다섯 권까지 2주 동안 빌릴 수 있다.',
    'The library lends up to five books at a time for two weeks.',
  ],
  [
    '이 성은 15세기에 지어졌고 전쟁 때 불탄 뒤 다시 세워졌다.',
    'The fortress was built in the fifteenth century, burnt in a war and raised again.',
  ],
  [
    '물은 온도가 내려가면 부피가 줄다가 얼기 직전에 다시 늘어난다.',
    'Water shrinks as it cools and expands again just before it freezes.',
  ],
  [
    '그 행성은 태양에서 멀리 떨어져 있어 한 바퀴 도는 데 수십 년이 걸린다.',
    'The planet is far from the sun and needs decades for one orbit.',
  ],
  [
    '화분의 흙이 마르면 물을 주고 여름에는 직사광선을 피한다.',
    'Water the pot when its soil is dry, and keep it out of direct sun in summer.',
  ],
  [
    '강아지는 생후 두 달부터 예방 접종을 하고 사료를 조금씩 나눠 준다.',
    'Puppies are vaccinated from two months on and fed small portions.',
  ],
  [
    '경기는 후반 막판에 터진 골로 홈 팀이 이겼다.',
    'The home team won the match with a goal in the last minutes.',
  ],
  [
    '축제 기간에는 강변 무대에서 밤마다 음악 공연이 열린다.',
    'During the festival, concerts are held every night on the stage by the river.',
  ],
  [
    '그 소설은 작은 어촌에서 자란 두 형제의 이야기를 담고 있다.',
    'The novel tells the story of two brothers who grew up in a fishing village.',
  ],
  [
    '법원은 증거가 부족하다고 보아 원고의 청구를 받아들이지 않았다.',
    'The court found the evidence insufficient and dismissed the claim.',
  ],
  [
    '개인 정보는 동의를 받은 목적으로만 쓰고 탈퇴하면 바로 지운다.',
    'Personal data is used only for the purpose consented to and is erased when the account is closed.',
  ],
  [
    '재활용품은 씻어서 종류별로 나누어 정해진 요일에 내놓는다.',
    'Recyclables are rinsed, sorted by kind and put out on the day set for them.',
  ],
  [
    '아파트 관리비에는 공동 전기료와 승강기 점검 비용이 들어 있다.',
    'The monthly fee of the building includes shared electricity and the inspection of the lift.',
  ],
  [
    '태양광 발전은 낮에 남는 전기를 저장해 두었다가 저녁에 쓴다.',
    'Solar plants store the surplus of the day and use it in the evening.',
  ],
  [
    '시의회는 새 공원을 만드는 계획을 통과시키고 주민 의견을 듣기로 했다.',
    'The city council approved the plan for a new park and will hear the residents’ views.',
  ],
];
