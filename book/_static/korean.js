// 복사 단추와 접힌 칸의 단추는 한국어를 모릅니다. sphinx-copybutton이 전역에 둔 표에 한 줄을 더하고,
// 이미 만들어진 단추의 이름을 바꿉니다.
if (typeof messages === "object") {
  messages.ko = {
    copy: "복사",
    copy_to_clipboard: "코드를 복사합니다",
    copy_success: "복사했습니다",
    copy_failure: "복사하지 못했습니다",
  };
  locale = "ko";
}

const nameButtons = () => {
  for (const button of document.querySelectorAll("button.copybtn")) {
    button.dataset.tooltip = "복사";
    button.setAttribute("aria-label", "코드 복사");
  }
  for (const button of document.querySelectorAll("button.toggle-button"))
    button.setAttribute("aria-label", "펼치거나 접기");
};
nameButtons();
addEventListener("DOMContentLoaded", nameButtons);

// 옆으로 밀리는 수식은 키보드로도 밀 수 있어야 합니다. 글꼴이 오거나 화면이 바뀌면 다시 잽니다.
const letScroll = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const formula = target.closest("div.math");
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
});
for (const formula of document.querySelectorAll("div.math, div.math > math"))
  letScroll.observe(formula);
