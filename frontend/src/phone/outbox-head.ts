// The top of the outbox: what is going on now, over which network to send, and the home screen.
import { make } from "../dom.ts";
import { clearedAfterAWeek, toHomeScreen } from "./apple.ts";
import { icon } from "./drawing.ts";
import { installOffer } from "./start.ts";
import { room } from "./store.ts";
import { lineOf, type Summary } from "./summary.ts";
import { chooseNetwork, network, networkNow, type Network, send, sendsWhenClosed } from "./sync.ts";

const CHOICES: readonly (readonly [Network, string])[] = [
  ["any", "任何网络都发送"],
  ["wifi", "只在 Wi-Fi 下发送"],
];
const UNKNOWN = "这个浏览器不告诉是不是 Wi-Fi，请连上 Wi-Fi 后点“现在发送”。";
const STAY = "这个浏览器关掉后不会继续发送；再打开本站任何一页，会接着发。";
const LITTLE_ROOM = 200 * 1024 * 1024;

export type Head = { element: HTMLElement; settings: HTMLElement; draw(now: Summary): void };

export function headOf(login: string): Head {
  const element = make("div", { class: "outbox-head panel" });
  const said = make("p", { class: "outbox-now", role: "status" });
  const others = make("p", { class: "quiet" });
  const full = make("p", { class: "form-error" });
  const stay = make("p", { class: "quiet", hidden: "" }, STAY);
  const cleared = make("p", { class: "quiet", hidden: "" });
  const clears = clearedAfterAWeek();
  const signIn = make("a", { class: "btn btn-primary", href: login });
  signIn.append(icon("login"), "请登录后继续发送");
  const all = make("button", { type: "button", class: "btn btn-primary" });
  all.append(icon("send"), "现在发送");
  all.addEventListener("click", () => void send({ force: true }));
  const actions = make("div", { class: "actions" });
  actions.append(signIn, all);
  element.append(said, stay, cleared, others, full, actions);
  const settings = make("div", { class: "outbox-settings panel" });
  settings.append(choice(), installation());
  return {
    element,
    settings,
    draw(now) {
      said.textContent = lineOf(now) || "都已送达，手机上没有等待发送的内容。";
      others.textContent = now.others
        ? `这部手机上还有其他账号的 ${now.others} 件没有发送，由他们本人登录后发送，您看不到内容。`
        : "";
      others.hidden = now.others === 0;
      const going = now.waiting.length > now.refused;
      stay.hidden = sendsWhenClosed() || !going;
      signIn.hidden = !(now.out && going);
      all.hidden = now.out || now.offline || !going;
      actions.hidden = signIn.hidden && all.hidden;
      void tellRoom(full);
      void clears.then((words) => {
        cleared.textContent = words;
        cleared.hidden = words === "" || now.waiting.length + now.drafts.length === 0;
      });
    },
  };
}

async function tellRoom(line: HTMLElement): Promise<void> {
  const { free } = await room();
  line.hidden = free >= LITTLE_ROOM;
  if (!line.hidden) {
    line.textContent = `手机给浏览器的空间只剩约 ${Math.round(free / 1024 / 1024)} MB，请先传完照片或清理手机，再接着拍。`;
  }
}

function choice(): HTMLElement {
  const group = make("fieldset", { class: "outbox-network" });
  const hint = make("p", { class: "form-help" }, "");
  group.append(make("legend", {}, "这部手机用什么网络发送"));
  for (const [value, text] of CHOICES) {
    const line = make("div", { class: "form-check" });
    const id = `network-${value}`;
    const input = make("input", { type: "radio", class: "form-check-input", name: "network", id, value });
    input.addEventListener("change", () => {
      void chooseNetwork(value).then(() => send());
      hint.textContent = value === "wifi" && networkNow() === "unknown" ? UNKNOWN : "";
    });
    line.append(input, make("label", { class: "form-check-label", for: id }, text));
    group.append(line);
  }
  group.append(hint);
  void network().then((chosen) => {
    const input = group.querySelector<HTMLInputElement>(`#network-${chosen}`);
    if (input) input.checked = true;
    if (chosen === "wifi" && networkNow() === "unknown") hint.textContent = UNKNOWN;
  });
  return group;
}

/** Where the browser offers it: the site on the home screen, opened like any application. */
function installation(): HTMLElement {
  const words = toHomeScreen();
  if (words) return make("p", { class: "form-help" }, words);
  const press = make("button", { type: "button", class: "btn btn-plain" });
  press.append(icon("device-mobile"), "放到手机桌面");
  const show = (): void => {
    press.hidden = installOffer() === null;
  };
  press.addEventListener("click", () => {
    void installOffer()?.prompt().then(() => {
      press.hidden = true;
    });
  });
  document.addEventListener("install-offered", show);
  show();
  return press;
}
