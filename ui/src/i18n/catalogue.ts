/** One catalogue of the files of a language: the file's name is the first part of every key in it. */
export function catalogue(files: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(files).map(([path, texts]) => [path.replace(/^.*\/(\w+)\.json$/, "$1"), texts]),
  );
}
