(function (learnsim) {
  "use strict";
  // Texts: say("key", {name: value}) is the sentence of one language; a count chooses between key.one and key.other.

  learnsim.texts = function (table) {
    return function say(key, values = {}) {
      const form = table[key] === undefined ? `${key}.${values.count === 1 ? "one" : "other"}` : key;
      if (table[form] === undefined) throw new Error(`no text for ${key}`);
      return table[form].replace(/\{(\w+)\}/g, (_, name) => values[name]);
    };
  };
})(window.learnsim = window.learnsim || {});
