export * from './catalogue/index.ts';
export * from './messages.ts';
export * from './subjects.ts';
