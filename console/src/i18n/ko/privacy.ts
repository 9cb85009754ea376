import type { Text } from '../text.tsx';

export const privacy: Text['privacy'] = {
  yourData: '내 데이터',
  yourDataLead: '나에 대해 저장된 데이터를 받거나 계정을 삭제할 수 있습니다.',
  exportMine: '내 데이터 내보내기',
  preparing: '내보내기를 준비하고 있습니다…',
  exportReady: '내보내기가 준비되었습니다.',
  download: '내려받기',
  deleteAccount: '계정 삭제',
  deleteTitle: '계정을 완전히 삭제할까요?',
  deleteLead:
    '모든 곳에서 로그아웃되고, API 키가 끝나며, 모든 팀에서 나갑니다. 이름과 주소, 대화는 지워지고 문서는 팀에 남습니다.',
  typeAddress: (email) => `확인하려면 ‘${email}’ 입력`,
  teamExport: '팀 내보내기',
  teamExportLead:
    '모든 문서와 컬렉션, 봇, 구성원, 대화, 감사 로그를 ZIP 파일로 만듭니다. 다른 곳에 설치한 플랫폼에서 가져올 수 있습니다.',
  exportTeam: '팀 내보내기 시작',
  exportFailed: '내보내지 못했습니다.',
  fileOf: (number, size) => `파일 ${number} (${size})`,
  expires: (date) => `${date}까지`,
  retention: '대화 보관 일수',
  retentionHint: '이 기간 동안 메시지가 없으면 고정한 대화까지 삭제됩니다. 비워 두면 삭제하지 않습니다.',
  importTitle: '다른 곳의 팀 가져오기',
  importLead: '내보낸 ZIP 파일을 고르면 새 팀을 만듭니다.',
  files: '내보낸 파일',
  importTeam: '가져오기',
  importing: '팀을 가져오고 있습니다…',
  imported: '팀을 가져왔습니다. 문서를 다시 읽고 있습니다.',
  importedCounts: (documents, bots, conversations) =>
    `문서 ${documents}개, 봇 ${bots}개, 내 대화 ${conversations}개`,
  skippedConversations: (count) => `다른 사람의 대화 ${count}개는 가져오지 않았습니다.`,
  toInvite: '팀에 있던 사람들입니다. 다시 초대해 주세요:',
  openTeam: '팀 열기',
};
