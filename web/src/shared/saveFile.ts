/** Gives the browser a file to keep. What was fetched with the session's secret cannot be a plain link. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes hold of the file before this comes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
