export { contextHandlers } from './context-handlers.ts';
export { setting, settings, settingsByName } from './environment.ts';
export { system } from './system.ts';
