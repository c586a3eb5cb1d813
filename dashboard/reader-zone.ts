/** The browser's zone. In a container, or with a mistyped TZ, it has one that neither Intl nor the API takes: that is UTC. */
export function readerZone(ofBrowser: string): string {
  try {
    return ofBrowser === '' ? 'UTC' : Intl.DateTimeFormat('en', { timeZone: ofBrowser }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
