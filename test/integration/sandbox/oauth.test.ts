import { describe, expect, it } from 'vitest';
import { ask, openSandbox, type SandboxClient } from '../../support/sandbox-client.ts';

const ID = '82929473321';
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

function token(sandbox: SandboxClient, account: string, id = 'id', secret = 'client-s3cret') {
  const form = new URLSearchParams({ grant_type: 'account_credentials', account_id: account });
  return ask('POST', sandbox.oauthUrl, form, basic(id, secret));
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

describe('POST /oauth/token', () => {
  it('gives a token for any credentials, several good at once, each naming its account', async () => {
    const sandbox = await openSandbox();
    const first = await token(sandbox, 'east');
    expect(first).toMatchObject({
      status: 200,
      body: { token_type: 'bearer', expires_in: 3600, api_url: sandbox.url },
    });
    expect(first.body.scope.split(' ')).toContain('meeting:update:livestream_status:admin');
    const second = await token(sandbox, 'west');
    expect(second.body.access_token).not.toBe(first.body.access_token);
    for (const { body } of [first, second]) {
      expect((await sandbox.zoom('GET', `/meetings/${ID}`, undefined, bearer(body.access_token))).status).toBe(200);
    }
    const log = await sandbox.control('GET', 'requests');
    expect(log.body.requests.map((entry: { account: string }) => entry.account)).toEqual([
      'east',
      'west',
      'east',
      'west',
    ]);
    expect(log.text).not.toContain('client-s3cret');
    expect(log.text).not.toContain(first.body.access_token);
  });

  it('tells wrong credentials, a wrong account and a wrong grant apart', async () => {
    const sandbox = await openSandbox({
      credentials: [{ accountId: 'east', clientId: 'id', clientSecret: 'client-s3cret' }],
    });
    expect((await token(sandbox, 'east')).status).toBe(200);
    const invalidClient = { reason: 'Invalid client_id or client_secret', error: 'invalid_client' };
    expect(await token(sandbox, 'east', 'id', 'wrong')).toMatchObject({ status: 400, body: invalidClient });
    expect(await token(sandbox, 'west')).toMatchObject({
      status: 400,
      body: { reason: 'Bad Request', error: 'invalid_request' },
    });
    expect(await ask('POST', sandbox.oauthUrl, new URLSearchParams(), {})).toMatchObject({
      status: 400,
      body: invalidClient,
    });
    const form = new URLSearchParams({ grant_type: 'client_credentials', account_id: 'east' });
    const wrongGrant = await ask('POST', sandbox.oauthUrl, form, basic('id', 'client-s3cret'));
    expect(wrongGrant).toMatchObject({ status: 400, body: { reason: 'unsupported grant type' } });
    const unknown = await sandbox.zoom('GET', `/meetings/${ID}`);
    expect(unknown).toMatchObject({ status: 401, body: { code: 124, message: 'Invalid access token.' } });
  });

  it('refuses expired, revoked and missing tokens with 401 and code 124', async () => {
    const sandbox = await openSandbox({ tokenExpiresInS: 60 });
    const first = bearer((await token(sandbox, 'east')).body.access_token);
    sandbox.advance(59_000);
    expect((await sandbox.zoom('GET', `/meetings/${ID}`, undefined, first)).status).toBe(200);
    sandbox.advance(1000);
    const expired = await sandbox.zoom('GET', `/meetings/${ID}`, undefined, first);
    expect(expired).toMatchObject({ status: 401, body: { code: 124, message: 'Access token is expired.' } });
    const east = bearer((await token(sandbox, 'east')).body.access_token);
    const west = bearer((await token(sandbox, 'west')).body.access_token);
    expect((await sandbox.control('POST', 'tokens/revoke', { account: 'east' })).body).toEqual({ revoked: 2 });
    const revoked = await sandbox.zoom('PATCH', `/meetings/${ID}/livestream/status`, { action: 'start' }, east);
    expect(revoked).toMatchObject({ status: 401, body: { code: 124, message: 'Invalid access token.' } });
    expect((await sandbox.zoom('GET', `/meetings/${ID}`, undefined, west)).status).toBe(200);
    expect((await sandbox.zoom('GET', `/meetings/${ID}`)).status).toBe(200);
    await sandbox.control('POST', 'tokens/revoke');
    for (const headers of [west, bearer('test-token'), { authorization: '' }]) {
      expect((await sandbox.zoom('GET', `/meetings/${ID}`, undefined, headers)).status).toBe(401);
    }
  });

  it('a token without the scope is refused with 4711; a new one after the scope was added is taken', async () => {
    const sandbox = await openSandbox({ scopes: ['meeting:read:meeting:admin', 'webinar:write:admin'] });
    const poor = bearer((await token(sandbox, 'east')).body.access_token);
    const path = `/meetings/${ID}/livestream/status`;
    const message =
      'Invalid access token, does not contain scopes:[meeting:update:livestream_status, meeting:update:livestream_status:admin].';
    expect(await sandbox.zoom('PATCH', path, { action: 'start' }, poor)).toMatchObject({
      status: 400,
      body: { code: 4711, message },
    });
    expect((await sandbox.zoom('GET', `/meetings/${ID}`, undefined, poor)).status).toBe(200);
    const classic = await sandbox.zoom('PATCH', '/webinars/123456789/livestream/status', { action: 'start' }, poor);
    expect(classic.status).toBe(204);
    await sandbox.control('PATCH', 'settings', { scopes: ['meeting:update:livestream_status:admin'] });
    expect((await sandbox.zoom('PATCH', path, { action: 'start' }, poor)).status).toBe(400);
    const rich = bearer((await token(sandbox, 'east')).body.access_token);
    expect((await sandbox.zoom('PATCH', path, { action: 'start' }, rich)).status).toBe(204);
  });
});
