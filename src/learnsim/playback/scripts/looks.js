(function (learnsim) {
  "use strict";
  // Looks: the number of an arm's colour, line pattern and sign. Wherever an arm is drawn, whatever stands beside it, it has
  // the same: the presets those of this table, and other arms the first that is free.

  const OF_PRESETS = { "hybrid": 0, "flat-lecture": 1, "isolated-cells": 2, "linked-cells": 3, "shuffled-cells": 3,
    "collective": 3, "peer-instruction": 3 };
  const COLOURS = ["left", "right", "third", "fourth"]; // of the style sheet

  learnsim.DASHES = ["", "7 4", "2 3", "10 3 2 3", ""]; // of the looks, and of what is no arm

  learnsim.looksOf = function (names) { // of arms that are shown together, no two the same
    const looks = names.map(() => null), isFree = (look) => !looks.includes(look);
    names.forEach((name, k) => {
      const look = Object.hasOwn(OF_PRESETS, name) ? OF_PRESETS[name] : null;
      if (look !== null && isFree(look)) looks[k] = look;
    });
    names.forEach((_, k) => { looks[k] ??= COLOURS.findIndex((_, look) => isFree(look)); });
    return looks;
  };

  learnsim.colourOf = (arm) => COLOURS[arm.look];
  learnsim.classOf = (arm) => `learnsim-of-${arm.look}`; // gives the colour to the style sheet
})(window.learnsim = window.learnsim || {});
