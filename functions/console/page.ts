import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { basicOf, type WhoseToken } from './authenticate.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { type LeaseView, viewLeases } from './lease-view.ts';

const leasesMax = 200;
const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  caption { text-align: left; font-weight: 600; padding: .5rem 0; }
  th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884; }
  code { font-family: ui-monospace, monospace; font-size: .9em; }
  .stuck { color: #c5221f; font-weight: 600; }
`;

/** The only style that the Content-Security-Policy lets through, by its hash. */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** The first page: what runs here, what is open now, where the API is. It needs no script. */
export function routePage(app: ConsoleApp, { ledger, isLocal }: ConsoleDeps, whose: WhoseToken): void {
  app.get('/', async (c) => {
    // Who has access to what is nothing for passers-by.
    if (!isLocal && basicOf(c.req.header('authorization'), whose) === undefined) {
      c.header('www-authenticate', 'Basic realm="Curfew: any name, an API token as the password", charset="UTF-8"');
      return c.text('Log in with any name and an API token as the password.', 401);
    }
    const leases = await ledger.transaction('page', async (tx) =>
      viewLeases(tx, await tx.listLeases({ isLive: true, limit: leasesMax })),
    );
    return c.html(pageOf(leases));
  });
}

const pageOf = (leases: readonly LeaseView[]) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Curfew</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>Curfew</h1>
<p>Rules that go home on time: time-boxed security-group changes for Alibaba Cloud. This is the console of a running
Curfew. What is open here is closed again at its end, whatever happens meanwhile.</p>
<p>The API: <a href="/openapi.json">its description</a>, <a href="/schemas/message.v1.json">the schema of
messages</a>. The command line: <code>curfew --help</code>.</p>
${leases.length === 0 ? html`<p>There are no live leases.</p>` : tableOf(leases)}
</main>
</body>
</html>
`;

const tableOf = (leases: readonly LeaseView[]) => html`<table>
<caption>Live leases (${leases.length === leasesMax ? `the newest ${leasesMax}` : leases.length})</caption>
<thead><tr><th scope="col">Lease</th><th scope="col">State</th><th scope="col">Group</th><th scope="col">Rules</th>
<th scope="col">Requester</th><th scope="col">Ends</th></tr></thead>
<tbody>${leases.map(rowOf)}</tbody>
</table>`;

const rowOf = (lease: LeaseView) => html`<tr>
<td><code>${lease.id}</code></td>
<td class="${lease.state}">${lease.state}${lease.borrowed ? ' (borrowed)' : ''}</td>
<td>${lease.target.securityGroupId}</td>
<td>${[...lease.rules, ...lease.changes].map(({ text }) => html`<div>${text}</div>`)}</td>
<td>${lease.requester.id}</td>
<td>${lease.endsAt === undefined ? 'no end' : html`<time datetime="${lease.endsAt}">${lease.endsAt}</time>`}</td>
</tr>`;
