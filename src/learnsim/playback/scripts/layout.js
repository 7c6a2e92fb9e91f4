(function (learnsim) {
  "use strict";
  // Layout: where communities, cells and people are, in the unit square, y downwards. The organisation is in the middle,
  // its communities around it, their cells around each community's hub, and the members of a cell around its centre.
  // Places belong to seats, not to people: when cells are shuffled, people move.

  const MOST_PEOPLE = 600; // drawn one by one where there are cells; above it a cell is one dot
  const DOT = 0.0135; // radius of a person of medium size, at most
  const MOST_IN_RING = 12; // members of a cell
  const GOLDEN = Math.PI * (3 - Math.sqrt(5));

  // x, y, radius: of each dot, which is a person, or a cell where there are too many people; dotOf: the dot of each person;
  // lists: the members of each cell, or of each community without cells; hubOf: the community of each list.
  learnsim.layoutOf = function (plan, people, speeds) {
    const cells = plan.officers.length;
    const groups = cells ? plan.branches.length - 1 : 1 + plan.community.reduce((a, b) => Math.max(a, b), 0);
    const { hubs, radius } = hubsOf(groups), dotOf = Int32Array.from({ length: people }, (_, person) => person);
    const lists = listed(cells ? plan.cell : plan.community, cells || groups);
    const largest = Math.max(1, ...lists.map((members) => members.length));
    const common = { hubs, hubRadius: radius, cells: [], cellRadius: 0, dots: "people", dotOf, lists };
    if (!cells) {
      const x = new Float64Array(people), y = new Float64Array(people), reach = 0.94 * radius;
      lists.forEach((members, g) => members.forEach((person, k) => {
        [x[person], y[person]] = moved(hubs[g], sunflower(k, members.length), reach);
      }));
      const dot = Math.min(DOT, 0.62 * reach / Math.sqrt(largest));
      return { ...common, hubOf: lists.map((_, g) => g), x, y, radius: sizes(speeds, dot, people) };
    }
    let most = 0;
    for (let g = 0; g < groups; g++) most = Math.max(most, plan.branches[g + 1] - plan.branches[g]);
    const cellRadius = cellRadiusOf(radius, most), centres = [], hubOf = [];
    for (let g = 0; g < groups; g++) {
      for (const at of around(plan.branches[g + 1] - plan.branches[g], radius, cellRadius)) {
        centres.push(moved(hubs[g], at, 1));
        hubOf.push(g);
      }
    }
    if (people > MOST_PEOPLE) {
      const [x, y] = [0, 1].map((d) => Float64Array.from(centres, (centre) => centre[d]));
      const radii = sizes(lists.map((members) => members.length), 0.8 * cellRadius, cells);
      return { ...common, cells: centres, cellRadius, hubOf, dots: "cells", dotOf: plan.cell, x, y, radius: radii };
    }
    const x = new Float64Array(people), y = new Float64Array(people);
    plan.cell.forEach((c, person) => { // who has no cell in a plan's cycle stands at the hub
      if (c < 0) [x[person], y[person]] = hubs[plan.community[person]];
    });
    const isRing = largest <= MOST_IN_RING, place = isRing ? ring : sunflower, reach = (isRing ? 0.66 : 0.8) * cellRadius;
    lists.forEach((members, c) => members.forEach((person, k) => {
      [x[person], y[person]] = moved(centres[c], place(k, members.length), reach);
    }));
    const apart = isRing ? 0.76 * reach * Math.sin(Math.PI / Math.max(2, largest)) : 0.62 * reach / Math.sqrt(largest);
    const dot = Math.min(DOT, 0.25 * cellRadius, apart); // so that neighbours do not overlap
    return { ...common, cells: centres, cellRadius, hubOf, x, y, radius: sizes(speeds, dot, people) };
  };

  function listed(group, count) { // the people of each group, by ascending number
    const lists = Array.from({ length: count }, () => []);
    group.forEach((g, person) => { if (g >= 0) lists[g].push(person); });
    return lists;
  }

  function sizes(values, dot, count) { // radius of each dot: who learns faster is larger, as is a larger cell
    if (!values) return new Float64Array(count).fill(dot);
    const most = values.reduce((a, b) => Math.max(a, b), 1e-9);
    return Float64Array.from(values, (value) => dot * (0.55 + 0.65 * value / most));
  }

  const moved = (centre, at, reach) => [centre[0] + reach * at[0], centre[1] + reach * at[1]];

  function hubsOf(groups) { // centres of equal circles inside the unit square, and their radius; the middle stays free
    if (groups === 1) return { hubs: [[0.5, 0.5]], radius: 0.47 };
    if (groups <= 8) { // touching each other around the organisation, as large as the square allows
      const places = [];
      for (let k = 0; k < groups; k++) {
        const angle = -Math.PI / 2 + 2 * Math.PI * (k + 0.5 * (groups % 2 === 0)) / groups;
        places.push([Math.cos(angle) / Math.sin(Math.PI / groups), Math.sin(angle) / Math.sin(Math.PI / groups)]);
      }
      const limits = [0, 1].map((d) => [Math.min(...places.map((p) => p[d])) - 1, Math.max(...places.map((p) => p[d])) + 1]);
      const scale = 1 / Math.max(...limits.map(([low, high]) => high - low));
      const hubs = places.map((p) => p.map((part, d) => 0.5 + scale * (part - (limits[d][0] + limits[d][1]) / 2)));
      return { hubs, radius: 0.96 * scale };
    }
    const columns = Math.ceil(Math.sqrt(groups));
    const rows = Math.ceil(groups / columns), full = (rows - 1) * columns; // the last row may be shorter
    const beside = (k) => (k < full ? columns : groups - full);
    const hubs = Array.from({ length: groups }, (_, k) => [
      0.5 + (k % columns - (beside(k) - 1) / 2) / columns, 0.5 + (Math.floor(k / columns) - (rows - 1) / 2) / columns,
    ]);
    return { hubs, radius: 0.47 / columns };
  }

  function cellRadiusOf(radius, cells) { // the largest at which so many cells fit into rings around a hub
    let low = 0, high = radius;
    for (let k = 0; k < 40; k++) {
      const middle = (low + high) / 2, fits = rings(radius, middle).reduce((sum, [, count]) => sum + count, 0) >= cells;
      [low, high] = fits ? [middle, high] : [low, middle];
    }
    return low;
  }

  // the radius of each ring, and how many cells fit, from the outermost inwards; the hub stays free
  function rings(radius, cell) {
    const all = [];
    for (let at = radius - cell; at >= 1.6 * cell; at -= 2.08 * cell) {
      all.push([at, Math.floor(Math.PI / Math.asin(Math.min(1, 1.04 * cell / at)))]);
    }
    return all;
  }

  function around(count, radius, cell) { // rings filled in proportion to how many fit
    const all = rings(radius, cell), places = [];
    let left = count, seats = all.reduce((sum, [, most]) => sum + most, 0);
    for (const [at, most] of all) {
      const here = Math.min(most, Math.ceil(left * most / seats));
      [seats, left] = [seats - most, left - here];
      for (let k = 0; k < here; k++) {
        const angle = 2 * Math.PI * (k + 0.5) / here - Math.PI / 2;
        places.push([at * Math.cos(angle), at * Math.sin(angle)]);
      }
    }
    return places.slice(0, count);
  }

  function ring(k, count) { // a cell's members; where a ring would be too crowded they fill a disc
    if (count < 2) return [0, 0];
    const angle = 2 * Math.PI * k / count - Math.PI / 2;
    return [Math.cos(angle), Math.sin(angle)];
  }

  function sunflower(k, count) { // places spread evenly over the unit disc (Vogel 1979)
    const radius = Math.sqrt((k + 0.5) / Math.max(1, count)), angle = GOLDEN * k;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }
})(window.learnsim = window.learnsim || {});
