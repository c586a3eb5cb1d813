import { type Browser, chromium, type Page } from 'playwright-core';
// @ts-expect-error a script without types
import { HOW_TO_GET_CHROMIUM, chromium as programOf } from '../../scripts/chromium.mjs';

/** Opens the machine's own Chromium. Fails, and says how to get one, where there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = programOf();
  if (executablePath === null) throw new Error(HOW_TO_GET_CHROMIUM);
  // Root, as in a container, may not use Chromium's own sandbox; the pages are ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/**
 * The text of an element; empty when it is not shown. Read in one step: an element that goes between two would be waited for.
 * @param selector CSS
 */
export function shownText(page: Page, selector: string): Promise<string> {
  return page.evaluate(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    return element?.checkVisibility({ visibilityProperty: true }) ? element.textContent : '';
  })()`);
}
