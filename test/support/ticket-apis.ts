import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { hookSecrets as keys } from './hook-trial.ts';
import { dingtalkForm, feishuForm } from './tickets.ts';

type Delivery = { id: number; guid: string; delivered_at: string; status_code: number; payload: object };
type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };

/** The APIs of DingTalk, Feishu and GitHub as far as they are asked, in the words of their documents. */
export async function startTicketApis() {
  const state = { calls: [] as string[], isAway: false, isHanging: false, deliveries: [] as Delivery[] };
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const path = request.url ?? '';
      state.calls.push(`${request.method} ${path}`);
      if (state.isHanging) return;
      const {
        status,
        body: answer,
        headers,
      } = state.isAway ? { status: 503, body: '<html>', headers: {} } : answerTo(path, request, body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    })();
  });

  function answerTo(path: string, { headers }: IncomingMessage, body: string): Answer {
    const { pathname, searchParams } = new URL(path, 'http://api');
    if (pathname === '/v1.0/oauth2/accessToken') {
      const { appKey, appSecret } = JSON.parse(body) as Record<string, string>;
      const isKnown = appKey === keys.CURFEW_DINGTALK_APP_KEY && appSecret === keys.CURFEW_DINGTALK_APP_SECRET;
      return isKnown
        ? ok({ accessToken: 'dt-token', expireIn: 7200 })
        : { status: 400, body: { code: 'invalidClientIdOrSecret' } };
    }
    if (pathname === '/v1.0/workflow/processInstances') {
      if (headers['x-acs-dingtalk-access-token'] !== 'dt-token')
        return { status: 401, body: { code: 'InvalidAuthentication' } };
      const isThere = searchParams.get('processInstanceId')?.startsWith('KX1') ?? false;
      return isThere
        ? ok({ result: dingtalkForm, success: true })
        : { status: 400, body: { code: 'processInstance.notExist' } };
    }
    if (pathname === '/open-apis/auth/v3/tenant_access_token/internal') {
      const { app_id, app_secret } = JSON.parse(body) as Record<string, string>;
      const isKnown = app_id === keys.CURFEW_FEISHU_APP_ID && app_secret === keys.CURFEW_FEISHU_APP_SECRET;
      return ok(
        isKnown
          ? { code: 0, tenant_access_token: 'fs-token', expire: 7200 }
          : { code: 10014, msg: 'app secret invalid' },
      );
    }
    if (pathname.startsWith('/open-apis/approval/v4/instances/')) {
      if (headers.authorization !== 'Bearer fs-token') return { status: 400, body: { code: 99991663 } };
      const isThere = pathname.includes('81D31358');
      const data = { ...feishuForm, form: JSON.stringify(feishuForm.form) };
      return isThere ? ok({ code: 0, data }) : { status: 400, body: { code: 1390003, msg: 'instance code not found' } };
    }
    return pathname.startsWith('/repos/example/ops/hooks/1/deliveries')
      ? deliveriesTo(pathname, searchParams, headers)
      : { status: 404, body: {} };
  }

  /** Newest first, one a page: so that paging is tried. */
  function deliveriesTo(pathname: string, query: URLSearchParams, headers: IncomingMessage['headers']): Answer {
    if (headers.authorization !== `Bearer ${keys.CURFEW_GITHUB_TOKEN}`) return { status: 401, body: {} };
    const newest = [...state.deliveries].sort((a, b) => b.delivered_at.localeCompare(a.delivered_at));
    const one = newest.find(({ id }) => pathname.endsWith(`/${id}`));
    if (one) {
      const sent = { 'X-GitHub-Event': 'issues', 'X-GitHub-Delivery': one.guid };
      return ok({ ...one, request: { headers: sent, payload: one.payload } });
    }
    const at = Number(query.get('cursor') ?? 0);
    const link = `<http://api${pathname}?per_page=100&cursor=${at + 1}>; rel="next"`;
    const page = newest.slice(at, at + 1).map(({ payload: _, ...listed }) => listed);
    return { ...ok(page), headers: at + 1 < newest.length ? { link } : {} };
  }

  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(state, { url, stop });
}

const ok = (body: unknown): Answer => ({ status: 200, body });
