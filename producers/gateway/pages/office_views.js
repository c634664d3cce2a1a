/** What the office's page shows: its places, and the poster of one with its files. */

import { by, made } from "./dom.js";
import { nameAround, posterAddress } from "./places.js";
import { t } from "./words.js";

const FILES = [
  ["PDF A4", "pdf", "a4"],
  ["PDF A5", "pdf", "a5"],
  ["PNG", "png", "a4"],
];

/** The list; each place with its files and buttons that call poster(place), change(place), room(place). */
export function renderPlaces(into, rows, { poster, change, room }) {
  into.replaceChildren(
    ...rows.map((row) =>
      made(
        "div",
        { class: "box", data: { place: row.id } },
        made("p", { class: "strong", textContent: row.venue.name }),
        made("p", { class: "small" }, [row.code, t(`kind_${row.venue.kind}`), inside(row, rows)].filter(Boolean).join(" · ")),
        made(
          "div",
          { class: "between" },
          files(row, rows),
          made(
            "div",
            { class: "row wraps" },
            made("button", { class: "secondary show", textContent: t("poster"), onclick: () => poster(row) }),
            made("button", { class: "quiet change", textContent: t("change"), onclick: () => change(row) }),
            made("button", { class: "quiet room", textContent: t("room_inside"), onclick: () => room(row) }),
          ),
        ),
      ),
    ),
  );
}

const inside = (row, rows) => (row.venue.inside ? t("inside_of", { name: nameAround(row, rows) }) : "");

const files = (row, rows, direction = "unknown") =>
  made(
    "div",
    { class: "files" },
    ...FILES.map(([textContent, kind, paper]) =>
      made("a", {
        ...{ class: "button", textContent, target: "_blank", rel: "noopener" },
        href: posterAddress(row, rows, kind, { paper, direction }),
      }),
    ),
  );

/** The files for doors that lead one way only, folded away. */
const doors = (row, rows) =>
  made(
    "details",
    {},
    made("summary", { textContent: t("doors") }),
    ...["in", "out"].map((way) =>
      made("div", { class: "door" }, made("span", { class: `tag ${way}`, textContent: t(way) }), files(row, rows, way)),
    ),
  );

/** Everything of a poster but its picture; outcome: what became of the registration, or empty. */
export function renderPoster(row, rows, outcome) {
  by("poster-outcome").textContent = outcome ? t(`outcome_${outcome}`) : "";
  by("poster-name").textContent = row.venue.name;
  by("poster-inside").textContent = inside(row, rows);
  by("poster-code").textContent = row.code;
  by("poster-image").alt = t("poster_of", { name: row.venue.name });
  by("poster-links").replaceChildren(files(row, rows), doors(row, rows));
}
