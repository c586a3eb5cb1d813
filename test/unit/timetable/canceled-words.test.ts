/** Titles and statuses as calendar programs and people write them in many languages. */
import { expect, it } from 'vitest';
import { isCanceledStatus, saysCanceled } from '../../../src/timetable/canceled-words.ts';

it.each([
  ...['Annulé : Conseil', 'Cancelada: Sessão', 'Geannuleerd: Raad', 'Odwołane: Rada', 'Anulowano: Rada', 'Lemondva: x'],
  ...['Törölve: x', 'Anulată: x', 'Отмена: Совет', 'İptal Edildi: x', 'İPTAL: x', 'Ακυρώθηκε: x', 'בוטל: x', 'ملغى: x'],
  ...[
    'ยกเลิก: x',
    'Đã hủy: x',
    'Dibatalkan: x',
    '休講：数学',
    'Tühistatud: x',
    'Atšaukta: x',
    'Cancel·lat: x',
    'Avbokat: x',
  ],
  ...[
    '❌ Cancelled: Council',
    'Fw: Canceled: Council',
    'AW: Abgesagt: Rat',
    'Event canceled: Council',
    'Termin abgesagt: Rat',
  ],
  ...[
    'CANCELLED Council',
    'Council CANCELLED',
    'ENTFÄLLT Rat',
    'ABGESAGT Rat',
    'Rat entfällt',
    'Vorlesung fällt heute aus',
  ],
  ...['Rat - Termin entfällt', 'Cancelled; Council', 'Council has been cancelled'],
])('does not take place: %s', (title) => expect(saysCanceled(title)).toBe(true));

it.each([
  ...['Canceled event study', 'Canceled flights: a panel', 'How we canceled the plan', 'Annulled marriages', 'Council'],
  ...[
    'Not canceled: Council',
    'Council NOT CANCELLED',
    'CANCELLED FLIGHTS AND THEIR COST',
    'Cancelled culture: a lecture',
  ],
])('takes place: %s', (title) => expect(saysCanceled(title)).toBe(false));

it.each([
  'Abgesagt wegen Krankheit',
  'CANCELLED',
  'canceled by host',
  'fällt aus',
  'odwołane',
  '已取消',
  'gestrichen',
  'Deleted',
])('status that cancels: %s', (status) => expect(isCanceledStatus(status)).toBe(true));

it.each(['', 'confirmed', 'tentative', 'no', 'false', 'not canceled', 'cancelable'])(
  'status that does not: %s',
  (status) => expect(isCanceledStatus(status)).toBe(false),
);

/** Minutes, where several parts of a pattern may take the same space. */
it.each(['', 'Re:', 'canceled', '(canceled', '(canceled)]'])('64 kB of spaces behind %j take no time', (lead) => {
  expect(saysCanceled(`${lead}${' \t'.repeat(32_768)}x`)).toBe(lead.endsWith(']'));
});
