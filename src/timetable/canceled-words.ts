/** Titles that people and Outlook use for canceled events: `Canceled: Council`, `Council (abgesagt)`, `ENTFÄLLT Rat`. */

const LATIN = [
  ...['cancell?ed', 'called off', 'abgesagt', 'absage', 'entfällt', 'entfallen', 'entfall', 'fällt aus', 'storniert'],
  ...[
    'annulée?s?',
    'annulation',
    'supprimée?',
    'cancelad[oa]',
    'anulad[oa]',
    'suspendid[oa]',
    'cancel·lad[oa]',
    'cancel·lat',
  ],
  ...[
    'annullat[oa]',
    'cancellat[oa]',
    'geannuleerd',
    'gecanceld',
    'afgelast',
    'vervallen',
    'vervalt',
    'gaat niet door',
  ],
  ...[
    'odwołan[eyao]',
    'anulowan[eyao]',
    'inställ[td]',
    'avbokat',
    'avbokad',
    'aflyst',
    'avlyst',
    'peruttu',
    'peruutettu',
  ],
  ...['zrušeno', 'zrušený', 'zrušené', 'zrušená', 'lemondva', 'törölve', 'elmarad', 'anulată?', 'otkazan[oa]'],
  ...[
    'odpovedan[oa]',
    'tühistatud',
    'atšaukta',
    'atcelts',
    '[iıİ]\u0307?ptal(?: ed[iİ]\u0307?ld[iİ]\u0307?)?',
    'dibatalkan',
    'đã h(?:ủy|uỷ)',
  ],
];
const OTHER = [
  ...['отменен[оаы]?', 'отменён', 'отмена', 'скасован[оаиі]', 'отказано', 'ακυρώθηκε', 'ακυρωμένο', 'ακυρώνεται'],
  ...['מבוטלת?', 'בוטלה?', 'ملغ[ىي]', 'ملغاة', 'تم الإلغاء', 'ยกเลิก'],
  ...['キャンセル(?:済み)?', '中止', '休講', '休讲', '취소(?:됨)?', '已取消', '取消'],
];
const WORDS = [...LATIN, ...OTHER].join('|');
/** What may come before the word: marks, signs, and prefixes of mail programs. */
const LEAD = '^(?:(?:re|fwd?|aw|wg|tr|rv|sv|vb|antw)\\s*:\\s*)*[^\\p{L}\\p{N}]*';
const THING =
  '(?:(?:event|meeting|class|lecture|session|service|termin|sitzung|veranstaltung|vorlesung|gottesdienst|reuni[óo]n|réunion|riunione) )?';
const BEFORE = new RegExp(`${LEAD}${THING}(?:${WORDS})\\s*[\\])】*]*\\s*(?:[:：;|!–—-]|$|(?<=[\\])】*]\\s*))`, 'iu');
const AFTER = new RegExp(`[([【*:：;|–—-]\\s*${THING}(?:${WORDS})\\s*[\\])】*!.]*\\s*$`, 'iu');
/** `Rat entfällt`: a whole sentence. */
const SENTENCE =
  /\p{L} (?:entfällt|fällt (?:\p{Ll}+ )?aus|has been cancell?ed|wurde abgesagt|ist abgesagt|est annulée?)[!.]*\s*$/iu;
const CAPITALS = [
  new RegExp(`${LEAD}(?<word>${LATIN.join('|')})(?![\\p{L}\\p{N}])(?<rest>.*)$`, 'iu'),
  new RegExp(`^(?<rest>.*[^\\p{L}])(?<word>${LATIN.join('|')})[^\\p{L}\\p{N}]*$`, 'iu'),
];
const NOT = /(?:^|[^\p{L}])(?:not|nicht|non|no|niet|pas|inte|ikke|ei|nie)\s+$/iu;
const STATUS = new RegExp(
  `^[^\\p{L}\\p{N}]*(?:${WORDS}|deleted|removed|gestrichen|ausgefallen|supprimé|eliminado|verwijderd)(?!\\p{L})`,
  'iu',
);

/** Whether a title says that its event is canceled, in one of the known languages. */
export function saysCanceled(written: string): boolean {
  // Several of the patterns can match the same space, so a run of them would take minutes.
  const title = written.replace(/\s+/g, ' ');
  return (
    BEFORE.test(title) || AFTER.test(title) || SENTENCE.test(title) || CAPITALS.some((place) => isShouted(place, title))
  );
}

/** In capitals next to a title that is not: `CANCELLED Council`. */
function isShouted(place: RegExp, title: string): boolean {
  const { word = '', rest = '' } = place.exec(title)?.groups ?? {};
  return word !== '' && word === word.toUpperCase() && /\p{Ll}/u.test(rest) && !NOT.test(rest);
}

/** For a status, which has no title around it: `Abgesagt wegen Krankheit`. */
export function isCanceledStatus(status: string): boolean {
  return STATUS.test(status);
}
