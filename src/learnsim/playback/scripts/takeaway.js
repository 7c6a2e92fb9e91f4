(function (learnsim) {
  "use strict";
})(window.learnsim = window.learnsim || {});
