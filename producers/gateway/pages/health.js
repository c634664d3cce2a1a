/** How the people of this phone are: declared for one of them, kept here until it is sent (POST /v1/health). */

import { CONTACTS, SYMPTOMS, boxes, chosen } from "./boxes.js";
import { askSigned, newId } from "./device.js";
import { by, made } from "./dom.js";
import { KEPT_DAYS, issueCards, members, now } from "./family.js";
import { Outbox } from "./outbox.js";
import { nameOf } from "./phone_views.js";
import { all, drop, put } from "./store.js";
import { clock, day, t } from "./words.js";

const outbox = new Outbox("health", issueCards, send, () => renderHealth());

async function send(rows) {
  const codes = new Map((await members()).map((member) => [member.id, member.code]));
  const declarations = rows.map(({ id, at, member, symptoms, contacts }) => ({
    ...{ id, at, symptoms, contacts, person_code: codes.get(member) },
  }));
  const { answers } = await askSigned("phone", "POST", "/v1/health", { declarations });
  const answered = new Map(answers.map((answer) => [answer.id, answer]));
  return rows.map((row) => {
    const { status = "waiting", sentence = "" } = answered.get(row.id) ?? {};
    return { ...row, state: status, sentence: sentence ?? "" };
  });
}

export async function renderHealth() {
  const family = await members();
  const who = by("health-who");
  const before = who.value;
  who.replaceChildren(
    ...family.map(({ id }) => made("option", { value: id, textContent: nameOf(id, family), selected: id === before })),
  );
  boxes(by("health-symptoms"), SYMPTOMS);
  boxes(by("health-contacts"), CONTACTS);
  const rows = (await all("health")).sort((one, other) => other.at - one.at);
  const old = rows.filter((row) => row.state !== "waiting" && row.at < now() - KEPT_DAYS * 86_400);
  if (old.length) await drop("health", ...old.map((row) => row.id));
  by("health-told").replaceChildren(...rows.filter((row) => !old.includes(row)).map((row) => told(row, family)));
}

const told = (row, family) =>
  made(
    "div",
    { class: "scan-row" },
    made("span", { class: "when", textContent: clock(row.at) }),
    made("span", { class: "strong", textContent: nameOf(row.member, family) }),
    made(
      "span",
      { class: "rest" },
      `${day(row.at)} · ${[...row.symptoms, ...row.contacts].map((one) => t(one)).join(", ") || t("well")} · `,
      made("span", { class: `tag ${row.state}`, textContent: t(`state_${row.state}`) }),
    ),
    row.sentence ? made("span", { class: "rest", textContent: row.sentence }) : "",
  );

export function wireHealth() {
  by("health-form").onsubmit = async (event) => {
    event.preventDefault();
    const [symptoms, contacts] = [chosen(by("health-symptoms")), chosen(by("health-contacts"))];
    const member = by("health-who").value;
    await put("health", { id: newId(), at: now(), member, symptoms, contacts, state: "waiting", sentence: "" });
    for (const box of by("health-form").querySelectorAll(":checked")) if (box.type === "checkbox") box.checked = false;
    await renderHealth();
    await outbox.flush();
  };
}

export const flushHealth = () => outbox.flush();
