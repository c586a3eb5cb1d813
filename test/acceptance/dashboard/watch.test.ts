import { frameCases } from './frame-cases.ts';
import { healthCases } from './health-cases.ts';
import { liveCases } from './live-cases.ts';
import { longDayCases } from './long-day-cases.ts';
import { runCases } from './rig.ts';
import { userCases } from './user-cases.ts';

// What is checked. dashboard/README.md says how to add cases.
runCases({
  'the frame': frameCases,
  live: liveCases,
  'a long day': longDayCases,
  'every user': userCases,
  health: healthCases,
});
