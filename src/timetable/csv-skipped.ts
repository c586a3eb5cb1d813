/** Columns of Google's and Outlook's exports that do not matter here. */

/** Without case, accents, spaces and signs. */
export function plainColumn(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** As the programs write them, by language. */
const NAMES = [
  ...['Private', 'Reminder on/off', 'Reminder Date', 'Reminder Time', 'Meeting Organizer', 'Required Attendees'],
  ...['Optional Attendees', 'Meeting Resources', 'Billing Information', 'Categories', 'Mileage', 'Priority'],
  ...['Sensitivity', 'Show time as', 'Attendees', 'Organizer', 'Guests', 'Created', 'Created by', 'Updated'],
  ...['Last modified', 'Calendar', 'Calendar name', 'Color', 'Busy status'],
  ...[
    'Privat',
    'Erinnerung Ein/Aus',
    'Erinnerung am',
    'Erinnerung um',
    'Besprechungsplanung',
    'Erforderliche Teilnehmer',
  ],
  ...['Optionale Teilnehmer', 'Besprechungsressourcen', 'Abrechnungsinformationen', 'Kategorien', 'Reisekilometer'],
  ...['Priorität', 'Vertraulichkeit', 'Zeitspanne zeigen als'],
  ...[
    'Privé',
    'Rappel actif/inactif',
    'Rappel activé/désactivé',
    'Date de rappel',
    'Date du rappel',
    'Heure de rappel',
  ],
  ...['Heure du rappel', 'Heure rappel', 'Date rappel', "Organisateur d'une réunion", 'Organisateur de la réunion'],
  ...['Participants obligatoires', 'Participants facultatifs', 'Ressources de la réunion', 'Afficher la disponibilité'],
  ...['Catégories', 'Critère', 'Critère de diffusion', 'Informations facturation', 'Informations de facturation'],
  ...['Kilométrage', 'Priorité', 'Disponibilité', 'Organisateur', 'Invités', 'Calendrier', 'Couleur'],
  ...['Privado', 'Recordatorio activado/desactivado', 'Aviso activado/desactivado', 'Fecha de recordatorio'],
  ...['Fecha del recordatorio', 'Fecha del aviso', 'Hora de recordatorio', 'Hora del recordatorio', 'Hora del aviso'],
  ...['Organizador de la reunión', 'Organizador de reunión', 'Asistentes necesarios', 'Asistentes requeridos'],
  ...['Asistentes obligatorios', 'Asistentes opcionales', 'Recursos de la reunión', 'Recursos para la reunión'],
  ...['Información de facturación', 'Facturación', 'Categorías', 'Kilometraje', 'Prioridad', 'Carácter'],
  ...['Confidencialidad', 'Mostrar hora como', 'Disponibilidad', 'Organizador', 'Invitados', 'Calendario', 'Color'],
  ...['Privato', 'Promemoria attivato/disattivato', 'Promemoria attivo/disattivo', 'Data promemoria', 'Ora promemoria'],
  ...['Data del promemoria', 'Ora del promemoria', 'Organizzatore riunione', 'Organizzatore della riunione'],
  ...['Partecipanti necessari', 'Partecipanti obbligatori', 'Partecipanti facoltativi', 'Risorse riunione'],
  ...[
    'Risorse della riunione',
    'Dati fatturazione',
    'Informazioni di fatturazione',
    'Categorie',
    'Indennità trasferta',
  ],
  ...['Distanza', 'Priorità', 'Riservatezza', 'Mostra orario come', 'Mostra ora come', 'Organizzatore', 'Invitati'],
  ...[
    'Herinnering aan/uit',
    'Herinneringen aan/uit',
    'Herinneringsdatum',
    'Herinneringstijd',
    'Vergaderingsorganisator',
  ],
  ...['Organisator van vergadering', 'Vereiste deelnemers', 'Vereiste genodigden', 'Optionele deelnemers'],
  ...['Optionele genodigden', 'Vergadervoorzieningen', 'Vergaderbronnen', 'Factuurinformatie', 'Factureringsgegevens'],
  ...['Categorieën', 'Reisafstand', 'Prioriteit', 'Gevoeligheid', 'Tijd weergeven als', 'Organisator', 'Genodigden'],
];
const SKIPPED = new Set(NAMES.map(plainColumn));

/** @param plain as returned by `plainColumn` */
export function isSkippedColumn(plain: string): boolean {
  return SKIPPED.has(plain);
}
