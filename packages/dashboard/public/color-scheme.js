// Sets light or dark before the first paint. A file of its own: the page allows no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('sydx-color-scheme');
  } catch {
    // A frame whose browser keeps it from storage follows the system.
  }
  const isDark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
})();
