import { posix } from 'node:path';
import { isTest, withoutComments } from './code.mjs';

/** From the top down: a file may import from its own layer and those below. The first match counts. */
const LAYERS = [
  /^app\//,
  /^controllers\//,
  /^views\//,
  /^models\/(?!(timeseries|planner|process|drivers)\/)/,
  /^models\/(timeseries|planner|process|drivers)\//,
  /^lib\//,
];

/** Handles are passed to models, which may know their types only. */
const HANDLES = /^(ioredis|mysql2|aedes|express|ws|mqtt)(\/|$)/;

/** Imports that point up, go round in a circle, bring a handle into a model, or hide behind a barrel. */
export function importProblems(files) {
  const graph = new Map();
  const problems = [];
  for (const [file, text] of files) {
    if (!file.endsWith('.ts') || isTest(file) || file.startsWith('scripts/')) continue;
    const imports = importsOf(file, text);
    graph.set(
      file,
      imports.filter((one) => one.local).map((one) => one.target),
    );
    problems.push(...imports.flatMap((one) => judge(file, one)), ...barrel(file, text));
  }
  return [...problems, ...circles(graph)];
}

function judge(file, { target, local, type }) {
  if (!local) {
    if (file.startsWith('models/') && HANDLES.test(target) && !type)
      return [`${file} imports ${target}: a model gets its handles passed in and imports their types only.`];
    return [];
  }
  if (layer(target) >= layer(file)) return [];
  return [`${file} imports ${target}, which lies above it.`];
}

function layer(file) {
  return LAYERS.findIndex((pattern) => pattern.test(file));
}

function barrel(file, text) {
  if (posix.basename(file) === 'index.ts') return [`${file} is a barrel: name a file for what it holds.`];
  if (/^export \* from/m.test(text)) return [`${file} passes on all of another file: import from that one.`];
  return [];
}

function importsOf(file, text) {
  const code = withoutComments(text);
  const found = code.matchAll(
    /\b(import|export)\b(\s+type\b)?[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map(([, , type, from, bare]) => {
    const name = from ?? bare;
    const local = name.startsWith('.');
    return { target: local ? posix.join(posix.dirname(file), name) : name, local, type: type !== undefined };
  });
}

function circles(graph) {
  const state = new Map();
  const problems = [];
  const visit = (file, path) => {
    if (state.get(file) === 'done') return;
    if (path.includes(file)) {
      problems.push(`Imports go in a circle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}.`);
      return;
    }
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  return problems;
}
