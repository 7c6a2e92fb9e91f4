(function (learnsim) {
  "use strict";
  // Phases: what happens in a session, drawn on an organisation: the light of a lecture or of what the organisation
  // believes, the council's beams, the officers' briefing, who helps whom, and where people look at each other. What is
  // taught wrong is dashed and has a colour of its own.

  const WRONG = 500; // hundredths of a point that a helper has wrong, from which on the help is drawn as wrong
  const CENTRE = [0.5, 0.5]; // of the organisation, where the instructor is

  // scene: pen, px (a pixel of the screen in the picture's unit), colours, arm, plan, stage, row (of the session being
  // played), layout, x, y (of the dots), chosen (the person who is followed, or -1), wrong (what people have wrong before
  // the session, or null), absent (the people who are), halo(colour) (a picture of all others' dots lit)
  learnsim.paintPhase = function (scene, phase, share, still) {
    const { pen } = scene, done = still ? 1 : share;
    pen.save();
    pen.globalAlpha = still || share >= 1 ? 1 : Math.max(0, Math.min(1, share / 0.12, (1 - share) / 0.12)); // stays at rest
    PAINTED[phase]?.(scene, done, still);
    pen.restore();
  };

  // who helped one person, and whom they helped, in the session that the row ends with
  learnsim.paintHelp = function (scene, person) {
    if (scene.layout.dots === "cells") return;
    arrows(scene, briefed(scene).filter(isOf(person)), "officer", 1, 0);
    arrows(scene, paired(scene, "consulted").filter(isOf(person)), "officer", 1, 0.12);
    arrows(scene, paired(scene, "asked").filter(isOf(person)), "help", 1, 0.16);
  };

  const PAINTED = { lecture, council, briefing, exchange, code: lecture, cells: looks, exploit: looks };

  function lecture(scene, done) {
    const { pen, colours } = scene, reach = Math.max(0.02, 0.75 * Math.min(1, 1.6 * done));
    const colour = taughtWrong(scene, "lecturer") ? colours.misled : colours.light, strong = pen.globalAlpha;
    const light = pen.createRadialGradient(...CENTRE, 0, ...CENTRE, reach);
    light.addColorStop(0, colour);
    light.addColorStop(1, `${colour}00`);
    pen.beginPath();
    pen.arc(...CENTRE, reach, 0, 2 * Math.PI);
    pen.globalAlpha = 0.45 * strong;
    pen.fillStyle = light;
    pen.fill();
    pen.globalAlpha = 0.8 * strong;
    pen.lineWidth = 2 * scene.px;
    pen.strokeStyle = colour;
    if (taughtWrong(scene, "lecturer")) pen.setLineDash([7 * scene.px, 6 * scene.px]);
    pen.stroke();
    pen.clip();
    pen.drawImage(scene.halo(colour), 0, 0, 1, 1); // everybody whom the light has reached
  }

  function council(scene, done, still) {
    const { pen, plan, stage, layout, colours, px } = scene, strong = pen.globalAlpha, cells = layout.cells.length;
    if (!cells) return;
    const led = stage.instructor, asked = paired(scene, "consulted"); // without either they only see each other
    const beams = !asked.length || (led && (still || done < 0.5)), apart = led ? Math.max(0, 2 * done - 1) : done;
    const wrong = led && taughtWrong(scene, "instructor"), colour = wrong ? colours.misled : colours.officer;
    const grown = still ? 1 : Math.min(1, 5 * done), hubOf = layout.hubOf, wide = Math.min(0.06, 0.3 * layout.hubRadius);
    pen.fillStyle = pen.strokeStyle = colour;
    for (const hub of layout.hubs) { // the council is lit
      const glow = pen.createRadialGradient(...hub, 0, ...hub, wide);
      glow.addColorStop(0, colour);
      glow.addColorStop(1, `${colour}00`);
      pen.fillStyle = glow;
      pen.globalAlpha = 0.7 * strong;
      pen.fillRect(hub[0] - wide, hub[1] - wide, 2 * wide, 2 * wide);
    }
    if (beams) {
      if (wrong) pen.setLineDash([5 * px, 4 * px]);
      pen.globalAlpha = strong;
      pen.lineWidth = 2.5 * px;
      pen.beginPath();
      for (const hub of led ? layout.hubs : []) { // from the instructor to each council
        pen.moveTo(...CENTRE);
        pen.lineTo(...hub);
      }
      pen.stroke();
      pen.globalAlpha = 0.4 * strong;
      pen.fillStyle = colour;
      pen.beginPath();
      for (let c = 0; c < cells; c++) { // a beam that widens from the hub to the officer
        if (scene.absent.has(plan.officers[c])) continue;
        const dot = layout.dotOf[plan.officers[c]], hub = layout.hubs[hubOf[c]];
        const [x, y] = [0, 1].map((d) => hub[d] + grown * ([scene.x, scene.y][d][dot] - hub[d]));
        const far = Math.hypot(x - hub[0], y - hub[1]) || 1, broad = layout.radius[dot] + 3 * px;
        const [aside, up] = [broad * (hub[1] - y) / far, broad * (x - hub[0]) / far];
        pen.moveTo(...hub);
        pen.lineTo(x + aside, y + up);
        pen.lineTo(x - aside, y - up);
        pen.closePath();
      }
      pen.fill();
      if (wrong) pen.stroke();
    }
    pen.globalAlpha = strong;
    if (!beams || still) arrows(scene, asked, "officer", still ? 1 : apart, 0.12);
  }

  function briefing(scene, done) {
    if (scene.layout.dots === "cells") waves(scene, "officer", done);
    else arrows(scene, briefed(scene), "officer", done, 0);
  }

  function exchange(scene, done) {
    if (scene.layout.dots === "cells") waves(scene, "help", done);
    else arrows(scene, paired(scene, "asked"), "help", done, 0.16);
  }

  function looks(scene) { // people look at the others of their cell, and at those to whom they are tied
    const { pen, arm, layout, colours, x, y, px } = scene, ties = arm.ties || [], strong = pen.globalAlpha;
    if (layout.dots === "cells") waves(scene, "help", 1);
    pen.strokeStyle = pen.fillStyle = colours.help;
    pen.globalAlpha = 0.3 * strong;
    for (const at of layout.dots === "people" ? layout.cells : []) {
      pen.beginPath();
      pen.arc(...at, layout.cellRadius, 0, 2 * Math.PI);
      pen.fill();
    }
    pen.globalAlpha = strong * Math.max(0.1, Math.min(0.8, 600 / ties.length));
    pen.lineWidth = 1.5 * px;
    pen.beginPath();
    for (let k = 0; k < ties.length; k += 2) {
      const [a, b] = [layout.dotOf[ties[k]], layout.dotOf[ties[k + 1]]];
      pen.moveTo(x[a], y[a]);
      pen.lineTo(x[b], y[b]);
    }
    pen.stroke();
  }

  const isOf = (person) => ([from, to]) => from === person || to === person;
  const paired = ({ arm, row, absent }, name) => learnsim.pairsOf(arm[name](row)).filter(([helper]) => !absent.has(helper));

  function briefed({ plan, stage, layout, absent }) { // from each officer to the members of the cell
    if (!plan.officers.length || !stage.phases.some(([phase]) => phase === "briefing")) return [];
    const all = [];
    layout.lists.forEach((members, c) => members.forEach((person) => {
      const both = [plan.officers[c], person];
      if (person !== plan.officers[c] && !both.some((one) => absent.has(one))) all.push(both);
    }));
    return all;
  }

  function taughtWrong({ arm, row }, who) { // whether a shock makes the lecturer or the instructor teach wrong things now
    const lasts = (mark) => mark.row <= row && row < mark.row + mark.values.sessions;
    return arm.marks.some((mark) => mark.text === `mark.wrong.${who}` && lasts(mark));
  }

  function waves({ pen, colours, layout, x, y, px }, colour, done) { // where a cell is one dot: something happens inside
    pen.beginPath();
    for (let c = 0; c < x.length; c++) {
      const radius = layout.radius[c] + (0.5 + 2.5 * done) * px;
      pen.moveTo(x[c] + radius, y[c]);
      pen.arc(x[c], y[c], radius, 0, 2 * Math.PI);
    }
    pen.strokeStyle = colours[colour];
    pen.lineWidth = 2 * px;
    pen.stroke();
  }

  // each grows from who helps to who learns, its head in front
  function arrows(scene, pairs, colour, done, bend, thick = 1) {
    const { pen, wrong, colours, px, chosen } = scene, grown = Math.min(1, 1.5 * done);
    const bad = (pair) => wrong && wrong[pair[0]] >= WRONG;
    for (const [some, ink, dashes] of [
      [wrong ? pairs.filter((pair) => !bad(pair)) : pairs, colours[colour], []],
      [wrong ? pairs.filter(bad) : [], colours.misled, [3.5 * px, 2.5 * px]],
    ]) {
      if (!some.length || grown <= 0) continue;
      const drawn = some.map((pair) => curveOf(scene, pair, grown, bend));
      pen.beginPath();
      for (const [from, middle, to] of drawn) {
        pen.moveTo(...from);
        pen.quadraticCurveTo(...middle, ...to);
      }
      pen.setLineDash(dashes);
      pen.strokeStyle = pen.fillStyle = ink;
      pen.lineWidth = 1.6 * thick * px;
      pen.stroke();
      pen.setLineDash([]);
      pen.beginPath();
      for (const [, middle, to] of drawn) head(pen, middle, to, (4 + 1.5 * thick) * px);
      pen.fill();
    }
    if (chosen >= 0 && thick === 1) arrows(scene, pairs.filter(isOf(chosen)), colour, done, bend, 2);
  }

  function curveOf({ x, y, layout, px }, [a, b], grown, bend) { // the first part of a bow from dot to dot
    const [from, to] = [layout.dotOf[a], layout.dotOf[b]], across = x[to] - x[from], down = y[to] - y[from];
    const far = Math.hypot(across, down) || 1e-9, start = layout.radius[from] / far;
    const end = Math.max(start, 1 - (layout.radius[to] + 1.5 * px) / far), middle = 0.5;
    const at = (share, aside) => [x[from] + share * across - aside * down, y[from] + share * down + aside * across];
    const [p, q, r] = [at(start, 0), at(middle, bend), at(end, 0)];
    const between = (v, w) => [0, 1].map((d) => v[d] + grown * (w[d] - v[d]));
    const first = between(p, q);
    return [p, first, between(first, between(q, r))];
  }

  function head(pen, middle, to, long) { // of an arrow that comes from the middle
    const turn = Math.atan2(to[1] - middle[1], to[0] - middle[0]);
    pen.moveTo(...to);
    for (const side of [0.42, -0.42]) pen.lineTo(to[0] - long * Math.cos(turn + side), to[1] - long * Math.sin(turn + side));
    pen.closePath();
  }
})(window.learnsim = window.learnsim || {});
