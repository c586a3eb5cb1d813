/** Months and weekdays as spreadsheets spell them in long dates, in some ten languages. Pure. */

/** First letters, January first: `dez` covers Dezember and dezembro. */
const MONTHS = [
  'jan ene gen gennaio ian led sty',
  'feb fev fév lut úno uno',
  'mar mär maa marz',
  'apr avr abr kwi dub',
  'mai may maj mei mag kvě',
  'jun juin giu cze čer',
  'jul juil lug lip',
  'aug aoû aou ago sie srp',
  'sep set wrz zář',
  'oct okt out ott paź říj',
  'nov lis',
  'dec dez déc dic gru pro',
]
  .flatMap((names, i) => names.split(' ').map((beginning) => ({ beginning, month: i + 1 })))
  // The longest match wins: juin and juillet are different months.
  .sort((a, b) => b.beginning.length - a.beginning.length);

/** 1 to 12; null: not a month, or an abbreviation of different months in different languages. */
export function monthOf(name: string): number | null {
  const plain = name.normalize('NFC').toLowerCase();
  return MONTHS.find(({ beginning }) => plain.startsWith(beginning))?.month ?? null;
}

const WEEKDAYS = [
  'mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs)?(?:day)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?',
  'mo|di|mi|do|fr|sa|so|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend',
  'lun(?:di|es|ed[iì])?|mar(?:di|tes|ted[iì])|mer(?:credi|coled[iì])?|mi[ée](?:rcoles)?|jeu(?:di)?|jue(?:ves)?|giovedì?|gio',
  'ven(?:dredi|erd[iì])?|vie(?:rnes)?|sam(?:edi)?|s[áa]b(?:ado|ato)?|dim(?:anche)?|dom(?:ingo|enica)?',
  '(?:maan|dins|woens|donder|vrij|zater|zon)dag|ma|wo|vr|za|zo|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?',
  'måndag|tisdag|onsdag|torsdag|fredag|lördag|lørdag|söndag|søndag|mandag|tirsdag',
].join('|');
/** A weekday before a date adds nothing to the date. */
export const WEEKDAY = new RegExp(`^(?:${WEEKDAYS})[.,]*,? (?=[\\d\\p{L}])`, 'iu');
