import { DEMO_USERS } from './users.ts';

const COLOURS = ['#4f46e5', '#0891b2', '#059669', '#c2410c', '#be185d', '#7c3aed'];

const STYLE = `
:root { color-scheme: light dark; --bg: #f4f5fb; --card: #fff; --ink: #1c1e2b; --soft: #666b80; --line: #e3e5ef; --accent: #4f46e5 }
@media (prefers-color-scheme: dark) { :root { --bg: #12131c; --card: #1b1d2a; --ink: #eceef7; --soft: #9aa0b8; --line: #2d3043; --accent: #8b85ff } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--bg); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Apple SD Gothic Neo", "Noto Sans KR", sans-serif }
main { width: 100%; max-width: 420px; background: var(--card); border: 1px solid var(--line); border-radius: 18px; padding: 32px;
  box-shadow: 0 10px 40px rgb(20 22 50 / .08) }
h1 { font-size: 22px; margin: 0 0 4px } p { margin: 0 0 20px; color: var(--soft); font-size: 14px }
button { font: inherit; cursor: pointer; color: inherit }
.user { display: flex; align-items: center; gap: 14px; width: 100%; padding: 10px 12px; margin-bottom: 8px; text-align: left;
  background: none; border: 1px solid var(--line); border-radius: 12px }
.user:hover, .user:focus-visible { border-color: var(--accent); outline: none }
.user img { width: 40px; height: 40px; border-radius: 50% } .user small { display: block; color: var(--soft) }
hr { border: 0; border-top: 1px solid var(--line); margin: 20px 0 }
label { display: block; font-size: 14px; color: var(--soft); margin-bottom: 6px }
.row { display: flex; gap: 8px }
input { font: inherit; flex: 1; min-width: 0; padding: 10px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--bg); color: inherit }
.go { padding: 10px 18px; border: 0; border-radius: 10px; background: var(--accent); color: #fff }
[role=alert] { color: #d03050; font-size: 14px; margin: 0 0 12px }
footer { margin-top: 20px; font-size: 12px; color: var(--soft) }`;

/** The page on which one chooses a user. It consists of plain forms and works without JavaScript. */
export function userPage(uid: string, problem = ''): string {
  const action = `/interaction/${encodeURIComponent(uid)}`;
  const users = DEMO_USERS.map(
    ({ email, name }) => `
      <button class="user" name="email" value="${escapeHtml(email)}">
        <img src="/users/${encodeURIComponent(name)}.svg" alt=""><span>${escapeHtml(name)}<small>${escapeHtml(email)}</small></span>
      </button>`,
  );
  return layout(`
    <h1>누구로 들어갈까요?</h1>
    <p lang="en">Choose a user. This page stands in for Google sign-in on this machine.</p>
    <form method="post" action="${action}">${users.join('')}</form>
    <hr>
    <form method="post" action="${action}">
      ${problem ? `<p role="alert">${escapeHtml(problem)}</p>` : ''}
      <label for="email">다른 이메일 · Another e-mail</label>
      <div class="row">
        <input id="email" name="email" type="email" required placeholder="you@example.com" autocomplete="email">
        <button class="go">계속</button>
      </div>
    </form>
    <footer>로컬 개발 전용 · For development on this machine only</footer>`);
}

/** A page with a title and a text. */
export function messagePage(title: string, text: string): string {
  return layout(`<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}

/** A round picture with the first letter of a name, as SVG. */
export function portrait(name: string): string {
  const [letter = '?'] = name.trim();
  const sum = Buffer.from(name).reduce((total, byte) => total + byte, 0);
  const colour = COLOURS[sum % COLOURS.length] ?? '#4f46e5';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="${colour}"/><text x="48" y="63" font-family="system-ui, sans-serif" font-size="42" fill="#fff" text-anchor="middle">${escapeHtml(letter.toUpperCase())}</text></svg>`;
}

function layout(inner: string): string {
  return `<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>로그인 · Sign in</title><style>${STYLE}</style></head><body><main>${inner}</main></body></html>`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
