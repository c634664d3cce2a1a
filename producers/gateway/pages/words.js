/** Everything the pages say, in Vietnamese and in English. */

import { OFFICE } from "./words_office.js";

const WORDS = {
  ...OFFICE,
  title: ["Truy vết", "Check-in"],
  scan: ["Quét mã", "Scan"],
  scan_big: ["QUÉT MÃ ĐỊA ĐIỂM", "SCAN A PLACE'S CODE"],
  my_code: ["Mã của tôi", "My code"],
  history: ["Nhật ký", "History"],
  health: ["Sức khỏe", "Health"],
  health_title: ["Khai báo y tế", "Health declaration"],
  health_who: ["Khai cho", "Declared for"],
  health_none: ["Không có dấu hiệu nào thì để trống.", "Leave all empty where there is nothing."],
  declare: ["GỬI KHAI BÁO", "DECLARE"],
  well: ["không có dấu hiệu", "nothing"],
  or_type: ["Không quét được? Nhập mã ngắn in dưới mã QR:", "Cannot scan? Type the short code under the QR code:"],
  type_go: ["Tiếp", "Next"],
  point: ["Hướng máy ảnh vào mã QR của địa điểm", "Point the camera at the place's QR code"],
  point_card: ["Hướng máy ảnh vào thẻ hoặc mã cá nhân", "Point the camera at a card or personal code"],
  stop: ["Dừng", "Stop"],
  cancel: ["Hủy", "Cancel"],
  who: ["Ai đang ở đây?", "Who is here?"],
  in: ["VÀO", "IN"],
  out: ["RA", "OUT"],
  me: ["Tôi", "Me"],
  add_member: ["Thêm người trong nhà", "Add someone of the family"],
  member_name: ["Tên (chỉ lưu trên điện thoại này)", "Name (kept on this phone only)"],
  add: ["Thêm", "Add"],
  remove: ["Xóa", "Remove"],
  remove_sure: ["Xóa thẻ của {name} khỏi điện thoại này?", "Remove the card of {name} from this phone?"],
  present: ["Đang ở", "Now at"],
  since: ["từ {time}", "since {time}"],
  leave: ["RA VỀ", "LEAVE"],
  saved: ["Đã ghi nhận", "Recorded"],
  sent_later: ["Chưa gửi được: điện thoại sẽ tự gửi khi có mạng.", "Not sent yet: the phone sends it when it is online."],
  waiting: ["{count} lượt chờ gửi", "{count} waiting to be sent"],
  all_sent: ["Đã gửi hết", "All sent"],
  offline: ["Không có mạng", "Offline"],
  again_in: ["thử lại sau {seconds} giây", "trying again in {seconds} s"],
  state_waiting: ["Chờ gửi", "Waiting"],
  state_taken: ["Đã nhận", "Received"],
  state_duplicate: ["Đã nhận", "Received"],
  state_refused: ["Bị từ chối", "Refused"],
  no_history: ["Chưa có lượt quét nào.", "No scans yet."],
  history_where: [
    "Nhật ký chỉ nằm trên điện thoại này, trong {days} ngày.",
    "This history is on this phone only, for {days} days.",
  ],
  forget: ["Xóa nhật ký trên điện thoại", "Delete the history on this phone"],
  forget_sure: ["Xóa mọi lượt đã gửi khỏi điện thoại này?", "Delete all that was sent from this phone?"],
  card_where: [
    "Đưa mã này cho người trực quét khi bạn không quét được địa điểm. Mã không chứa tên hay số giấy tờ.",
    "Show this to the attendant where you cannot scan. It holds neither name nor document number.",
  ],
  card_none: ["Thẻ sẽ được cấp khi có mạng lần đầu.", "The card is issued when the phone is online for the first time."],
  show_code: ["Hiện mã", "Show code"],
  hide_code: ["Ẩn mã", "Hide code"],
  show_name: ["Hiện tên", "Show name"],
  hide_name: ["Ẩn tên", "Hide name"],
  code_of: ["Mã QR cá nhân", "Personal QR code"],
  bad_short: [
    "Mã ngắn gồm 10 chữ và số; có ký tự sai hoặc sai chỗ. Hãy so lại với tấm biển.",
    "A short code has 10 letters and digits; one is wrong or out of place. Compare it with the poster.",
  ],
  is_card: ["Đây là thẻ của một người, không phải mã địa điểm.", "This is a person's card, not a place's code."],
  is_private: [
    "Đây là giấy tờ, mã cá nhân hoặc mã khác (Wi-Fi, thanh toán, danh thiếp), không phải mã địa điểm. Không lưu, không gửi gì.",
    "This is a person's document or code, or one of another use (Wi-Fi, payment, contact), not a place's. Nothing was kept or sent.",
  ],
  is_newer: ["Mã này mới hơn trang này: hãy mở lại trang khi có mạng.", "This code is newer than this page: open it again online."],
  is_other: [
    "Mã của hệ thống khác. Máy chủ sẽ nhận nếu biết địa điểm này.",
    "A code of another system. The service takes it if it knows the place.",
  ],
  other_place: ["Mã khác", "Another code"],
  no_camera: [
    "Không mở được máy ảnh. Hãy cho phép trang dùng máy ảnh, hoặc nhập mã ngắn.",
    "The camera cannot be opened. Allow this page to use it, or type the short code.",
  ],
  no_signing: [
    "Trình duyệt này quá cũ để ký lượt quét. Hãy dùng Chrome 137, Safari 17, Firefox 129 trở lên, hoặc đưa thẻ cho người hướng dẫn.",
    "This browser is too old to sign scans. Use Chrome 137, Safari 17, Firefox 129 or later, or show a card to the attendant.",
  ],
  no_storage: [
    "Trình duyệt không cho lưu dữ liệu nên lượt quét không được giữ. Hãy tắt chế độ ẩn danh.",
    "The browser keeps no data, so a scan would not be kept. Leave private browsing.",
  ],
  held_up: [
    "Trang này đang mở ở một thẻ khác từ trước khi được cập nhật: hãy đóng mọi thẻ khác của trang này.",
    "This page is open in another tab since before it was updated: close all its other tabs.",
  ],
  nobody: ["Hãy chọn ít nhất một người.", "Choose at least one person."],
  checkpoint: ["Chốt kiểm dịch", "Checkpoint"],
  place: ["Địa điểm", "Place"],
  invitation: ["Mã mời của người vận hành", "The operator's invitation"],
  enrol: ["Đăng ký thiết bị này", "Enrol this device"],
  enrol_why: [
    "Thiết bị của chốt phải được người vận hành mời một lần.",
    "A checkpoint's device is invited once by an operator.",
  ],
  declaration: ["Khai báo di chuyển nội địa", "Domestic-movement declaration"],
  from_place: ["Nơi đi", "From"],
  to_place: ["Nơi đến", "To"],
  vehicle: ["Biển số xe", "Vehicle's plate"],
  people: ["Người trên xe", "People in the vehicle"],
  people_how: [
    "Quét thẻ từng người, hoặc nhập số giấy tờ. Số được niêm phong ngay trên máy này.",
    "Scan each person's card, or type the document number. It is sealed on this device at once.",
  ],
  document: ["Thẻ hoặc số giấy tờ", "Card or document number"],
  person_n: ["Người {n}", "Person {n}"],
  declarer: ["người khai", "declares"],
  bad_document: [
    "Không phải thẻ, mã cá nhân hay số giấy tờ (9 đến 12 chữ số): hãy quét lại hoặc nhập số.",
    "Neither a card, a personal code nor a document number (9 to 12 digits): scan it again, or type the number.",
  ],
  symptoms: ["Dấu hiệu trong 14 ngày qua", "Signs in the last 14 days"],
  fever: ["Sốt", "Fever"],
  cough: ["Ho", "Cough"],
  breathless: ["Khó thở", "Short of breath"],
  pneumonia: ["Viêm phổi", "Pneumonia"],
  sore_throat: ["Đau họng", "Sore throat"],
  tired: ["Mệt mỏi", "Tiredness"],
  contacts: ["Trong 14 ngày qua có tiếp xúc với", "In the last 14 days in contact with"],
  case: ["Người bệnh hoặc nghi nhiễm", "A case or suspected case"],
  from_area: ["Người từ vùng có dịch", "Someone from an area with cases"],
  with_signs: ["Người có dấu hiệu bệnh", "Someone with such signs"],
  recent: ["Nơi đã đến trong 14 ngày (mỗi dòng một nơi)", "Places of the last 14 days (one a line)"],
  note: ["Lý do (nếu chuyển y tế)", "Reason (where referred)"],
  approve: ["CHO QUA", "APPROVE"],
  refer: ["CHUYỂN Y TẾ", "REFER"],
  approved: ["Cho qua", "Approved"],
  referred: ["Chuyển y tế", "Referred"],
  missing: ["Cần nơi đi, nơi đến và ít nhất một người.", "From, to and at least one person are needed."],
  today: ["Đã khai trên máy này", "Declared on this device"],
  nothing_declared: ["Chưa có tờ khai nào.", "No declarations yet."],
  sealed: ["đã niêm phong", "sealed"],
  mend: ["Sửa", "Mend"],
  mending: ["Đang sửa tờ khai {time} → {place}", "Mending the declaration {time} → {place}"],
  mend_not: ["Bỏ sửa", "Leave it as it was"],
  delete_sure: ["Xóa hẳn tờ khai {time} → {place}?", "Delete the declaration {time} → {place} for good?"],
  refused_count: ["{count} tờ khai bị từ chối: hãy sửa hoặc xóa", "{count} refused: mend or delete them"],
  form_in_use: [
    "Tờ khai đang điền chưa xong: hãy quyết định hoặc xóa trắng trước.",
    "The form is in use: decide on what is in it, or empty it, first.",
  ],
  persons_count: ["{count} người", "{count} people"],
};

let chosen = localStorage.getItem("language") === "en" ? "en" : "vi";

export const language = () => chosen;

/** The words of this name in the chosen language, with `{...}` filled in. */
export function t(name, given = {}) {
  return WORDS[name][chosen === "en" ? 1 : 0].replace(/\{(\w+)\}/g, (_, key) => given[key]);
}

/** Changes the language of everything marked data-t (text) or data-t-label (spoken name, hint). */
export function speak(to = chosen) {
  chosen = to;
  localStorage.setItem("language", to);
  document.documentElement.lang = to;
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of document.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", t(one.dataset.tLabel));
}

const ZONE = "Asia/Ho_Chi_Minh";

/** Hours and minutes in Vietnam, whatever the phone is set to. */
export const clock = (seconds) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: ZONE }).format(seconds * 1000);

/** The day in Vietnam, in words. */
export const day = (seconds) =>
  new Intl.DateTimeFormat(chosen === "en" ? "en-GB" : "vi-VN", {
    weekday: "long",
    day: "numeric",
    month: "numeric",
    year: "numeric",
    timeZone: ZONE,
  }).format(seconds * 1000);
