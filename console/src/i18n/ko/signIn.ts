import type { Text } from '../text.tsx';

export const signIn: Text['signIn'] = {
  title: '문서에 물어보세요',
  lead: '모든 답에 근거가 된 원문 문장을 함께 보여 줍니다.',
  google: 'Google로 로그인',
  points: {
    documents: 'PDF, 워드, 엑셀, 파워포인트, 한글(HWPX), 웹 페이지와 텍스트',
    proof: '출처를 누르면 원문이 열리고 그 문장이 표시됩니다',
    honest: '문서에 없는 내용은 지어내지 않고 없다고 말합니다',
  },
  or: '또는',
  email: '이메일 주소',
  sendLink: '로그인 링크 받기',
  company: '회사 계정으로 로그인',
  sent: (email) =>
    `${email} 주소로 로그인할 수 있다면 링크를 보냈습니다. 15분 동안 이 브라우저에서만 쓸 수 있습니다.`,
  localLink: '로컬 메일함의 링크 열기',
  emailTitle: '링크로 로그인',
  emailLead: '메일 검사 프로그램이 링크를 써 버리지 않도록 한 번 더 눌러 주세요.',
  emailAction: '로그인',
  otherWays: '다른 방법으로 로그인',
  closed: '이 주소로는 들어올 수 없습니다. 팀 관리자에게 초대를 요청한 뒤 그 주소로 로그인하세요.',
  failed: '로그인하지 못했습니다. 다시 시도하고, 계속되면 운영자에게 문의하세요.',
  invitation: '팀에 초대받았습니다',
  invitationLead: '초대받은 주소로 로그인하면 바로 들어갈 수 있습니다.',
  join: '팀에 들어가기',
  joined: (team) => `${team} 팀에 들어왔습니다.`,
};
