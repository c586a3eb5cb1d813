import { section } from './language.ts';

/** Texts that all forms share. */
export const forms = section({
  en: {
    zone: 'Time zone',
    there: (time: string, place: string) => `${time} in ${place}`,
    here: (time: string) => `that is ${time} here`,
    skipped: (place: string, one: string, other: string) =>
      `The clock change in ${place} leaves this time out. Choose another one: ${one} or ${other}.`,
    repeated: (place: string) => `The clock change in ${place} makes this time happen twice. Choose one of the two.`,
    which: 'Which of the two?',
    reading: { first: 'the first', second: 'the second' },
    readOnly: 'Your key may only look. Ask for a key with the role write to plan.',
    optional: 'optional',
  },
  de: {
    zone: 'Zeitzone',
    there: (time: string, place: string) => `${time} in ${place}`,
    here: (time: string) => `das ist hier ${time}`,
    skipped: (place: string, one: string, other: string) =>
      `Die Zeitumstellung in ${place} lässt diese Zeit aus. Wählen Sie eine andere: ${one} oder ${other}.`,
    repeated: (place: string) =>
      `Durch die Zeitumstellung in ${place} gibt es diese Zeit zweimal. Wählen Sie eine davon.`,
    which: 'Welche von beiden?',
    reading: { first: 'die erste', second: 'die zweite' },
    readOnly: 'Ihr Schlüssel darf nur ansehen. Zum Planen brauchen Sie einen Schlüssel mit der Rolle write.',
    optional: 'freiwillig',
  },
});
