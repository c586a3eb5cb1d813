import { section } from './language.ts';

export const attention = section({
  en: {
    title: 'Needs attention',
    calm: 'No problems.',
    unknown: 'Currently unknown.',
    count: (causes: string, alerts: string) => {
      if (causes === alerts) return alerts === '1' ? '1 alert' : `${alerts} alerts`;
      return `${causes === '1' ? '1 cause' : `${causes} causes`}, ${alerts} in all`;
    },
    code: {
      no_worker: 'No worker',
      clock: 'Clock',
      late_stop: 'Still on air',
      failed: 'Failed',
      missed: 'Missed',
      late_start: 'Late start',
      unconfirmed: 'Not confirmed',
      daily_limit: 'Daily limit',
      preflight: 'Preflight',
      source: 'Source',
      versions: 'Versions',
    },
    several: (count: string) => `${count} broadcasts`,
    allNames: (count: string) => `Show all ${count}`,
    acknowledge: 'Acknowledge',
    acknowledgeDoes: (count: number) =>
      count === 1
        ? 'Says that you have seen it. It moves to the acknowledged ones below; nothing else changes.'
        : `Says that you have seen these ${count}. They move to the acknowledged ones below; nothing else changes.`,
    note: 'Note (may be empty)',
    acknowledged: (count: string) => `Acknowledged (${count})`,
    by: (who: string) => `by ${who}`,
    noWorkerAdvice:
      'Start one: livestream worker. What is due meanwhile is sent late, or missed when its window closes.',
    newAlert: (count: number) => (count === 1 ? 'One new alert' : `${count} new alerts`),
    severalChanged: (count: number) => `${count} broadcasts have changed`,
  },
  de: {
    title: 'Braucht Hilfe',
    calm: 'Keine Probleme.',
    unknown: 'Zurzeit unbekannt.',
    count: (causes: string, alerts: string) => {
      if (causes === alerts) return alerts === '1' ? '1 Alarm' : `${alerts} Alarme`;
      return `${causes === '1' ? '1 Ursache' : `${causes} Ursachen`}, ${alerts} insgesamt`;
    },
    code: {
      no_worker: 'Kein Worker',
      clock: 'Uhr',
      late_stop: 'Noch auf Sendung',
      failed: 'Fehlgeschlagen',
      missed: 'Verpasst',
      late_start: 'Später Beginn',
      unconfirmed: 'Nicht bestätigt',
      daily_limit: 'Tageslimit',
      preflight: 'Vorabprüfung',
      source: 'Quelle',
      versions: 'Versionen',
    },
    several: (count: string) => `${count} Sendungen`,
    allNames: (count: string) => `Alle ${count} zeigen`,
    acknowledge: 'Zur Kenntnis nehmen',
    acknowledgeDoes: (count: number) =>
      count === 1
        ? 'Sagt, dass Sie es gesehen haben. Es rückt nach unten zu den bekannten; sonst ändert sich nichts.'
        : `Sagt, dass Sie diese ${count} gesehen haben. Sie rücken nach unten zu den bekannten; sonst ändert sich nichts.`,
    note: 'Notiz (darf leer sein)',
    acknowledged: (count: string) => `Zur Kenntnis genommen (${count})`,
    by: (who: string) => `von ${who}`,
    noWorkerAdvice:
      'Starten Sie einen: livestream worker. Was inzwischen fällig ist, kommt zu spät oder wird verpasst.',
    newAlert: (count: number) => (count === 1 ? 'Ein neuer Alarm' : `${count} neue Alarme`),
    severalChanged: (count: number) => `${count} Sendungen haben sich geändert`,
  },
});
