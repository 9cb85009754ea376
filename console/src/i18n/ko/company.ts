import type { Text } from '../text.tsx';

export const company: Text['company'] = {
  title: '회사 규칙',
  lead: '보안 부서가 팀에 요구하는 설정입니다. 바꾼 내용은 감사 로그에 남습니다.',
  addresses: '허용 네트워크',
  setAddresses: '네트워크 설정',
  addressesHint: (yours) =>
    `한 줄에 하나씩 적습니다. 예: 203.0.113.0/24. 다른 곳에서는 로그인한 사람도 API 키도 거부됩니다. 비워 두면 어디서나 쓸 수 있습니다. 지금 주소는 ${yours}입니다.`,
  lockTitle: '본인도 들어올 수 없게 됩니다',
  lockHint: (yours) =>
    `목록에 지금 주소 ${yours}가 없습니다. 저장하면 이 주소에서는 본인을 포함해 아무도 팀에 들어올 수 없습니다.`,
  lockAnyway: '그래도 저장',
  models: '다른 회사의 모델을 쓸 수 있음',
  modelsHint:
    '끄면 질문과 구절이 이 설치의 서버를 벗어나지 않습니다. 다른 모델을 쓰는 봇은 더 이상 답하지 않습니다.',
  hold: '법적 보존',
  holdHint:
    '끝낼 때까지 팀의 어떤 것도 삭제되지 않습니다. 문서, 대화, 봇, 컬렉션 모두 보존 기간이나 계정 삭제로도 지워지지 않습니다.',
  holdSince: (day) => `${day}부터 보존 중`,
  reason: '사유',
  reasonHint: '예: 사건 번호. 소유자와 감사 로그에서 볼 수 있습니다.',
  start: '보존 시작',
  change: '사유 바꾸기',
  end: '보존 끝내기',
  endTitle: '법적 보존을 끝낼까요?',
  endHint: '그동안 삭제 예정이던 것이 지금부터 삭제됩니다. 되돌릴 수 없습니다.',
  ended: '법적 보존을 끝냈습니다.',
  started: '팀이 법적 보존 상태입니다.',
  keyAddresses: '허용 네트워크',
  keyAddressesHint:
    '한 줄에 하나씩 적습니다. 예: 203.0.113.0/24. 비워 두면 팀이 허용하는 모든 곳에서 쓸 수 있습니다.',
};
