import { html } from 'hono/html';
import type { LocalPerson } from './people.ts';

/** A plain page with a button a person: no password, for nothing here is worth one. */
export const choosePage = (action: string, people: readonly LocalPerson[]): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Who are you?</title>
</head>
<body>
<main>
<h1>Who are you?</h1>
<p>The log-in provider of this machine’s Curfew: choose a person. 选择一个用户登录。</p>
<form method="post" action="${action}">
${people.map(
  ({ id, name, role }) => html`<p><button name="person" value="${id}">${name}</button> <code>${id}</code> ${role}</p>`,
)}
</form>
</main>
</body>
</html>
`);
