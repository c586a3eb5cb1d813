import { readdirSync } from 'node:fs';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { dashboardRoutes } from '../../../src/http/routes/dashboard-routes.ts';
import { shownText } from '../../support/browser.ts';
import { expectAccessible, type Rig, WAIT } from './rig.ts';

/** The most that all files of the page may weigh, packed, bytes. */
const MAX_PACKED = 250 * 1_024;

/** What holds for every view: the policy, the size, the note about Zoom. */
export function frameCases(rig: () => Rig): void {
  it('is served under a strict policy, packed, and small', async () => {
    const { on } = rig();
    const answer = await fetch(on.url);
    const html = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|\son\w+=/);
    const app = fastify();
    await dashboardRoutes().register(app);
    const names = readdirSync(new URL('../../../dist/dashboard/page/', import.meta.url));
    const files = names.filter((name) => name !== 'index.html').map((name) => `/dashboard/${name}`);
    let packed = 0;
    for (const path of files) {
      const { headers, rawPayload } = await app.inject({ url: path, headers: { 'accept-encoding': 'gzip' } });
      packed += rawPayload.length;
      expect([path, headers['content-security-policy'], headers['cache-control']]).toEqual([
        path,
        policy,
        'public, max-age=31536000, immutable',
      ]);
    }
    expect(files.length).toBeGreaterThan(2);
    expect(packed).toBeLessThan(MAX_PACKED);
    await app.close();
  });

  it('says when Zoom is not the real one, and only then', async () => {
    const page = await rig().open();
    await expect
      .poll(() => shownText(page, '.zoom-note'), WAIT)
      .toMatch(/^Not the real Zoom API: requests go to http:/);
    const app = fastify();
    await dashboardRoutes().register(app);
    expect((await app.inject('/')).body).toContain('<meta name="livestream-zoom" content="">');
    await app.close();
  });

  it.each(['light', 'dark'])('axe finds nothing on the rundown, %s', async (scheme) => {
    const { on, open } = rig();
    await on.schedule({ title: `Looked at, ${scheme}`, labels: { room: 'A' } });
    const page = await open('/', { dark: scheme === 'dark' });
    await page.locator('.row', { hasText: `Looked at, ${scheme}` }).waitFor();
    await expectAccessible(page);
  });
}
