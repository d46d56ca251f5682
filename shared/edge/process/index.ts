export { commandSender } from './command-sender.ts';
export { deadlineSchedules } from './deadline-schedules.ts';
