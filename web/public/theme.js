// Before the first paint, so that a chosen theme does not flash; app/theme.ts keeps it.
try {
  const theme = localStorage.getItem("inkread.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // no storage: the system's theme
}
