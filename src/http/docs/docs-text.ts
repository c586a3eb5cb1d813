/** Text for HTML. */

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function code(value: unknown): string {
  return `<code>${escapeHtml(String(value))}</code>`;
}

/** Text with code between backquotes. */
export function withCode(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
