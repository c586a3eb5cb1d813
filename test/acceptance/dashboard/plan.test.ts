import { calendarCases } from './calendar-cases.ts';
import { formCases } from './form-cases.ts';
import { runCases } from './rig.ts';
import { seriesCases } from './series-cases.ts';
import { timelineCases } from './timeline-cases.ts';

// What is planned. dashboard/README.md says how to add cases.
runCases({
  forms: formCases,
  series: seriesCases,
  timeline: timelineCases,
  calendar: calendarCases,
});
