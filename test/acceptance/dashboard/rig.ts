import axe from 'axe-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { type Installation, startInstallation } from '../../support/installation.ts';
import type { Process } from '../../support/livestream-process.ts';

/** Two cores may be busy with other tests; each wait ends as soon as what it waits for is there. */
export const WAIT = { timeout: 60_000 };

export const READ_KEY = 'read-key-of-the-dashboard-tests';
export const OPERATE_KEY = 'operate-key-of-the-dashboard-tests';
export const ADMIN_KEY = 'admin-key-of-the-dashboard-tests';

/** One installation, one browser, for every case of a file: each costs seconds. */
export interface Rig {
  on: Installation;
  browser: Browser;
  /** An API of the same installation that needs keys. */
  keyed: Process;
  /** A page in a browser of its own: no cookie, no storage of another case. Its complaints fail `noComplaints`. */
  open(path?: string, options?: OpenOptions): Promise<Page>;
  /** Fails with what any page has complained about since the last call: script errors, refused by the policy, missing files. */
  noComplaints(): void;
  /** Closes the pages of a case. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Default: the API without keys. */
  url?: string;
  dark?: boolean;
  width?: number;
  height?: number;
  language?: string;
  reducedMotion?: boolean;
}

/**
 * The cases of one file: they share one installation and one browser. Three files may run side by side; their cases do not.
 * @param groups name → the cases of a view
 */
export function runCases(groups: Record<string, (rig: () => Rig) => void>): void {
  let shared: Rig;
  beforeAll(async () => {
    shared = await startRig();
  });
  afterAll(() => shared?.close());
  afterEach(async () => {
    await shared.closePages();
    shared.noComplaints();
  });
  for (const [name, cases] of Object.entries(groups)) describe(name, () => cases(() => shared));
}

export async function startRig(): Promise<Rig> {
  const browser = await openBrowser();
  // Left open, its handler of SIGINT would end the tests of the next file.
  const on = await startInstallation().catch(async (error) => {
    await browser.close();
    throw error;
  });
  const keys = `reader:read:${READ_KEY},desk:operate:${OPERATE_KEY},boss:admin:${ADMIN_KEY}`;
  const keyed = await on.addApi({ API_KEYS: keys });
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  return {
    on,
    browser,
    keyed,
    async open(path = '/', options = {}) {
      const { dark, width = 1_280, height = 900, language = 'en-GB', reducedMotion } = options;
      const context = await browser.newContext({
        colorScheme: dark ? 'dark' : 'light',
        viewport: { width, height },
        locale: language,
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      });
      context.setDefaultTimeout(WAIT.timeout);
      contexts.push(context);
      await context.addInitScript(KEEP_WHAT_IS_SAID);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`${error.stack ?? error.message}`));
      page.on('console', (message) => {
        // An answer that is no success is the API's business, and each case knows its own.
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          complaints.push(message.text());
        if (message.type() === 'warning') complaints.push(message.text());
      });
      await page.goto(`${options.url ?? on.url}${path}`);
      return page;
    },
    noComplaints() {
      const said = complaints.splice(0);
      expect(said).toEqual([]);
    },
    async closePages() {
      const ended = contexts.splice(0).map(async (context) => {
        // An answer that is on its way to a page that goes is no failure.
        await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: 'ignoreErrors' })));
        await context.close();
      });
      await Promise.all(ended);
    },
    async close() {
      await browser.close();
      await on.close();
    },
  };
}

/** `ms` from now, as the API takes it. */
export function later(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

/** Lets the page ask at once, as it does when a tab is seen again, and not only within five seconds. */
export async function look(page: Page): Promise<void> {
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
}

/** A message is shown for six seconds: whoever looks later than that has to know it, too. */
const KEEP_WHAT_IS_SAID = `
  globalThis.said = [];
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.classList?.contains('toast')) globalThis.said.push(node.firstChild.textContent);
  }).observe(document, { subtree: true, childList: true });`;

/** Every short message of the page since it was loaded, a line each. */
export function saidOn(page: Page): Promise<string> {
  return page.evaluate('globalThis.said.join("\\n")');
}

/** A line of the rundown. */
export function rowOf(page: Page, title: string): Locator {
  return page.locator('.row', { hasText: title });
}

/** Fails with everything that axe finds on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  // What fades in has too little contrast on its way; with reduced motion nothing does, also not while axe looks.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  const named = found.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    at: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`),
  }));
  expect(named).toEqual([]);
}
