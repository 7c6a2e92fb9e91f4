(function (learnsim) {
  "use strict";
  // Elements: of HTML and SVG, made from names and values. Text is never read as HTML.

  function filled(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false && value !== null && value !== undefined) {
        element.setAttribute(name, value === true ? "" : value);
      }
    }
    element.append(...children);
    return element;
  }

  learnsim.make = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

  learnsim.shape = (tag, attributes = {}, ...children) =>
    filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

  const ICONS = {
    play: "M7 4.5v15l12-7.5z", pause: "M6 5h4v14H6zM14 5h4v14h-4z", step: "M5 5v14l10-7zM16 5h3v14h-3z",
    cycle: "M3 5v14l9-7zM12 5v14l9-7z", reset: "M12 5V1L6.5 6 12 11V7.5a5.5 5.5 0 1 1-5.5 5.5H4a8 8 0 1 0 8-8z",
    take: "M11 3h2v9l3.5-3.5 1.4 1.4L12 15.8 6.1 9.9l1.4-1.4L11 12zM4 18h16v2H4z",
    present: "M4 4h7v2H6v5H4zM20 20h-7v-2h5v-5h2zM13 4h7v7h-2V6h-5zM11 20H4v-7h2v5h5z",
  };

  learnsim.icon = (name) => learnsim.shape("svg", { viewBox: "0 0 24 24", class: "learnsim-icon", "aria-hidden": "true" },
    learnsim.shape("path", { d: ICONS[name] }));
})(window.learnsim = window.learnsim || {});
