export { contextHandlers } from './context-handlers.ts';
export { namedSetting, setting, settings } from './environment.ts';
export { processHandlers } from './process-handlers.ts';
export { system } from './system.ts';
