// Solara puts this into its page before anything is drawn: the page's language, that it may be zoomed, and that it is
// dark for whoever prefers that (whatever another application at this address has stored).
document.documentElement.lang = "en";
document.querySelector("meta[name=viewport]").content = "width=device-width, initial-scale=1";
window.getThemeVariant = () => "auto";
appContainer.classList.toggle("theme--dark", inDarkMode());
appContainer.classList.toggle("theme--light", !inDarkMode());
changeThemeCSS(inDarkMode() ? "dark" : "light");
