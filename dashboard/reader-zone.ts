/** The browser's zone. In a container, or with a mistyped TZ, it can be one that neither Intl nor the API accepts; UTC is used then. */
export function readerZone(ofBrowser: string): string {
  try {
    return ofBrowser === '' ? 'UTC' : Intl.DateTimeFormat('en', { timeZone: ofBrowser }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
