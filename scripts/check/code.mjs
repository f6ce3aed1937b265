/** The text of a TypeScript file without its comments, so that no rule trips over prose. Strings stay as they are. */
export function withoutComments(text) {
  const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replace(tokens, (token) => (/^\/[/*]/.test(token) ? token.replace(/[^\n]/g, ' ') : token));
}

/** Whether the file is part of a test, which may do what the hub may not. */
export function isTest(file) {
  return file.endsWith('.test.ts') || file.startsWith('test/');
}
