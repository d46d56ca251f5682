export { contextHandlers } from './context-handlers.ts';
export { namedSetting, setting, settings } from './environment.ts';
export { system } from './system.ts';
