"""그림의 검사가 함께 쓰는 것: 글자가 읽히는지 봅니다."""

PHONE, SMALLEST = 358, 9.0  # 휴대전화에서 그림의 너비와 읽히는 글자의 크기 (CSS 픽셀)


def assert_words_fit(ax, canvas=None):
    """글자가 서로 겹치지 않고, ``canvas``를 주면 그 밖으로 나가지 않습니다 (nothing collides)."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in ax.texts if text.get_text()]
    for i, (text, box) in enumerate(boxes):
        if canvas is not None:
            assert canvas.x0 <= box.x0 <= box.x1 <= canvas.x1, text
            assert canvas.y0 <= box.y0 <= box.y1 <= canvas.y1, text
        assert [other for other, place in boxes[:i] if box.overlaps(place)] == [], text


def assert_words_are_large(ax):
    """휴대전화의 너비로 줄여도 글자가 읽힙니다 (readable on a phone)."""
    scale = PHONE / (72 * ax.figure.get_figwidth())
    small = {text.get_text(): scale * text.get_fontsize() for text in ax.texts if text.get_text()}
    assert {text: size for text, size in small.items() if size < SMALLEST} == {}
