/** Titles by which people and Outlook say that something does not take place: `Canceled: Council`, `Council (abgesagt)`. */

const WORDS = [
  ...['cancell?ed', 'called off'],
  ...['abgesagt', 'entfällt', 'fällt aus', 'storniert'],
  ...['annulée?', 'supprimée?', 'cancelad[oa]', 'anulad[oa]', 'suspendid[oa]', 'annullat[oa]', 'cancellat[oa]'],
  ...[
    'geannuleerd',
    'afgelast',
    'odwołan[eya]',
    'anulowan[eya]',
    'inställ[td]',
    'aflyst',
    'avlyst',
    'peruttu',
    'peruutettu',
  ],
  ...[
    'zrušeno',
    'zrušený',
    'zrušené',
    'отменен[оаы]?',
    'отменён',
    'скасовано',
    'i̇?ptal(?: edildi)?',
    'iptal(?: edildi)?',
  ],
  ...['キャンセル(?:済み)?', '中止', '취소(?:됨)?', '已取消', '取消'],
].join('|');
const BEFORE = new RegExp(`^[\\s\\[(*【]*(?:${WORDS})\\s*[\\])】*]*\\s*(?:[:：!–—-]|$|(?<=[\\])】*]\\s*))`, 'iu');
const AFTER = new RegExp(`[\\s]*[([【*:：–—-]\\s*(?:${WORDS})\\s*[\\])】*!.]*\\s*$`, 'iu');

export function saysCanceled(title: string): boolean {
  return BEFORE.test(title) || AFTER.test(title);
}
