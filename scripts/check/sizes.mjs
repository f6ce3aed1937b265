const LONGEST = 450;

/** Files too long to be read in one go. */
export function sizeProblems(files) {
  return [...files].flatMap(([file, text]) => {
    const lines = text.split('\n').length - 1;
    return lines > LONGEST ? [`${file} has ${lines} lines; ${LONGEST} is the most.`] : [];
  });
}
