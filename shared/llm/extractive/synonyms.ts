/**
 * Words that stand for each other in questions about rules, products and services, in Korean and English. People ask
 * with one, documents answer with another (`월급` and `임금`, `shut` and `close`). A Korean word matches from the start
 * of a word on, an English one with any ending.
 */
const GROUPS = `
월급 급여 임금 봉급 연봉 | salary wage payroll pay
가격 값 비용 요금 금액 단가 대금 | price cost fee charge rate
환불 돌려받 돌려줘 돌려드 | refund reimburse
반품 | return
배송 택배 발송 배달 | ship deliver
휴가 연차 쉬 쉴 휴무 | leave vacation holiday days-off time-off
부모 아버지 어머니 아빠 엄마 부친 모친 시아버지 시어머니 장인 장모 | parent father mother
배우자 아내 남편 와이프 | spouse wife husband partner
자녀 아들 딸 아기 아이 애들 어린이 | child children kid baby son daughter
형제 자매 동생 오빠 언니 누나 | sibling brother sister
조부모 할머니 할아버지 외할머니 외할아버지 | grandparent grandmother grandfather
사망 돌아가 별세 부고 장례 조의 상을 상당 당하 | death die died funeral bereave
결혼 혼인 | wedding marriage marry married
출산 낳 태어나 | birth born
강아지 반려 애완 개와 개는 개를 | dog puppy pet
잃어버 분실 잃었 | lost lose
고장 망가 부서 불량 흠이 하자 결함 | broken broke defect fault malfunction damage
교환 교체 | exchange replace swap
수리 고치 | repair fix
자동차 승용차 차량 | car vehicle
전화 연락 문의 | call phone telephone contact
회의 미팅 | meeting call
변경 바꾸 바뀌 바꿀 개정 고친 | change amend switch
인상 올리 올린 올라 늘어 늘리 | raise increase
인하 내리 낮추 줄이 줄어 | lower reduce decrease
시작 개시 열리 | start begin open
마감 종료 끝나 끝날 닫 | close end deadline due finish
구입 구매 사면 샀 사려 사시 | buy bought purchase
직원 사원 근로자 임직원 | employee staff worker
퇴사 퇴직 사직 그만두 그만둘 | resign quit retire leaver
입사 채용 | hire join
비밀번호 패스워드 암호 | password passcode
병가 아프 아파 질병 질환 | sick ill illness
의약품 약을 약은 약이 | medicine medication tablets pill
술은 술을 음주 맥주 | alcohol beer wine
담배 흡연 | smok
사진 촬영 | photo picture
방문객 손님 방문자 | visitor guest
결제 지불 | payment pay
색상 색은 색깔 컬러 빛깔 | colour color
무게 중량 | weight weigh heavy
크기 치수 사이즈 | size dimension
소음 시끄러 시끄럽 소리 | noise loud noisy
배터리 건전지 | battery batteries
보증 무상수리 | warranty guarantee
계약 협약 | contract agreement
해지 취소 | cancel terminate
주소 위치 | address location
담당 책임자 맡 | responsible charge owner
교육 훈련 | training course
숙박 숙소 | hotel lodging accommodation
출장 | trip travel
택시 | taxi cab
식비 식대 밥값 식사 | meal food
한도 상한 최대 | limit maximum cap
서명 사인 | signature signed
오류 에러 | error
청소 닦 세척 씻 | clean wipe wash
야근 연장근로 초과근무 시간외 | overtime
재택 원격근무 집에서 | work-from-home remote telework
개인정보 | personal-data privacy
보관 보존 저장 | keep kept retain retention store
삭제 지우 지울 파기 없애 | delete erase remove
할인 깎 | discount
무료 공짜 무상 | free
상여 보너스 성과급 | bonus
신청 접수 | apply application request
승인 허가 결재 동의 | approve approval permission consent
신고 보고 알리 알린 | report notify inform tell
보험 | insurance
세금 | tax
예약 | reservation pre-order booking book
출시 발매 | launch release
수습 | probation trial
회원 가입자 | member
기간 동안 | period duration long
인공지능 | ai chatgpt
넣 입력 | enter entered paste
사무실 회사 본사 | office company
금지 | forbid forbidden prohibit
충전 | charge charging
설치 | install installation
주차 | parking park
점심 | lunch
필터 | filter
센서 | sensor
앱 어플 | app
버전 | version
펌웨어 | firmware
웹훅 | webhook
기기 장치 제품 | device product
계정 | account
초대 | invite invitation
로봇 | robot
법원 관할 | court jurisdiction
벌금 과태료 위약금 | penalty fine
거절 거부 declined | decline reject refuse fail
월세 임대료 임차료 차임 집세 | rent
이자 연체료 연체이자 지연이자 지연손해금 | interest late-fee
연체 밀린 밀리 밀려 체납 | overdue arrears late
보증금 예치금 | deposit
집주인 임대인 건물주 | landlord lessor
세입자 임차인 | tenant lessee
연장 늘어 늘어나 갱신 | renew extend extension
임신 임산부 임부 출산예정 | pregnant pregnancy expectant maternity
다친 다치 부상 상해 다쳤 | injury injure injured hurt
화재 불이 불나 불났 | fire
대피 피난 탈출 | evacuate evacuation escape
계단 비상구 | stairs staircase stairwell
승강기 엘리베이터 엘베 | lift elevator
손 씻 세정 헹구 | rinse wash
엎지르 쏟 쏟은 쏟아 흘린 유출 누출 | spill leak
폐기물 쓰레기 | waste garbage trash rubbish
통 상자 용기 봉투 | container box bag bin drum
잠긴 잠겼 잠금 잠김 잠기 | locked lock-out shut-out
열쇠 | key
내려받 다운로드 | download export
올리는 업로드 첨부 | upload attachment attach
접속 로그인 | sign-in log-in login
인터넷 네트워크 | internet network
끊기 끊겨 끊김 장애 다운 중단 | outage downtime down unavailable interruption
가동률 가용성 | uptime availability
지원금 보조금 지원비 | subsidy allowance grant
수당 | allowance
야간 밤에 나이트 심야 | night
주말 토요일 일요일 | weekend
평일 | weekday business-day
새벽 오전 아침 | morning
오후 저녁 | afternoon evening
이사 이전 옮기 옮긴 | move relocate relocation
운반 나르 반입 | carry deliver transport
참석 참가 | attend participant present
결정 정하 정해 확정 | decide decision decided
결석 불참 | absent absence
대리 대행 대신 직무대행 | deputy stand-in substitute delegate
팀장 책임 부장 | manager head lead
의사 주치의 | doctor physician
환자 | patient
약국 약사 | pharmacy pharmacist
진단서 소견서 | certificate doctor's-note
영수증 | receipt
증명서 확인서 | certificate proof
검사 시험 테스트 | test testing examination
검체 시료 샘플 | sample specimen
냉장고 냉장 | refrigerator fridge refrigerated
냉동 냉동고 | freezer frozen
온도 | temperature degrees
습도 | humidity
속도 빠르 | speed fast
두께 | thickness thick
길이 | length
높이 | height
깊이 | depth deep
너비 폭은 폭이 | width wide
전기 전력 | electricity electric power
전기요금 전기료 전기세 | electricity-bill
수도 상수도 | water
가스 | gas
난방 냉방 냉난방 에어컨 | heating cooling air-conditioning
청소년 미성년 미성년자 | minor underage
나이 연령 | age old
학생 | student
강사 교사 선생 | teacher instructor
도서 | book
빌리 대여 대출 빌려 | borrow loan lend rent
입장 출입 들어가 들어오 | enter admission admit admitted entry
퇴실 체크아웃 | check-out checkout
입실 체크인 | check-in checkin
도난 훔 절도 | theft stolen steal
우편 등기 | mail post
이메일 메일 | e-mail email mail
문자 | sms text-message
통지 통보 | notice notify
의무 필수 반드시 | mandatory required must obligatory
선택 임의 | optional
제출 내야 | submit hand-in
서류 문서 | document paper form
양식 서식 | form template
유효 만료 만기 | expire expiry valid expiration
급하 긴급 응급 비상 | urgent emergency
사고 | accident incident
보상 배상 변상 | compensate compensation
처벌 징계 | discipline disciplinary
이의 항의 재심 불복 | appeal object objection
소리 알람 경보 | alarm alert
화장실 | toilet restroom bathroom
현금 | cash
계좌 송금 이체 | account transfer
외화 환율 | currency exchange-rate
`;

type Group = { term: string; pattern: RegExp };

const SYNONYMS: Group[] = GROUPS.trim()
  .split('\n')
  .map((line, i) => {
    const [korean = '', english = ''] = line
      .split('|')
      .map((side) => side.trim().split(/\s+/).filter(Boolean).join('|'));
    const sides = [
      ...(korean ? [`(?<![가-힣])(?:${korean})`] : []),
      ...(english ? [`\\b(?:${english.replaceAll('-', '[\\s-]')})(?:e?s|e?d|ing|ion|ment|er)?\\b`] : []),
    ];
    // No digit: terms with digits are figures.
    return { term: `≈${String.fromCodePoint(0x4e00 + i)}`, pattern: new RegExp(sides.join('|'), 'iu') };
  });

/** A term for each group of synonyms of which a text has a word. */
export function synonymTerms(text: string): string[] {
  return SYNONYMS.flatMap(({ term, pattern }) => (pattern.test(text) ? [term] : []));
}

/** Whether a term stands for a group of synonyms, not for a word of the text. */
export function isSynonymTerm(term: string): boolean {
  return term.startsWith('≈');
}
