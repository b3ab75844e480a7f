// 복사 단추는 한국어를 모릅니다. sphinx-copybutton이 전역에 둔 표에 한 줄을 더합니다.
if (typeof messages === "object") {
  messages.ko = {
    copy: "복사",
    copy_to_clipboard: "코드를 복사합니다",
    copy_success: "복사했습니다",
    copy_failure: "복사하지 못했습니다",
  };
  locale = "ko";
}
