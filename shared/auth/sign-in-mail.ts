/** The mail with a sign-in link, in both languages. Nothing in it was chosen by who asked for it. */
export function linkMail(link: string, minutes: number): { subject: string; text: string } {
  const text = `로그인하려면 이 링크를 여세요. ${minutes}분 동안 한 번, 요청한 브라우저에서만 쓸 수 있습니다.
요청하지 않으셨다면 이 메일을 무시하세요.

Open this link to sign in. It works once, for ${minutes} minutes, in the browser that asked for it.
If you did not ask for it, ignore this mail.

${link}
`;
  return { subject: '로그인 링크 · Your sign-in link', text };
}
