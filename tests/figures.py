"""그림의 검사가 함께 쓰는 것: 글자가 읽히는지 봅니다."""


def assert_words_fit(ax, canvas=None):
    """글자가 서로 겹치지 않고, ``canvas``를 주면 그 밖으로 나가지 않습니다 (nothing collides)."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in ax.texts if text.get_text()]
    for i, (text, box) in enumerate(boxes):
        if canvas is not None:
            assert canvas.x0 <= box.x0 <= box.x1 <= canvas.x1, text
            assert canvas.y0 <= box.y0 <= box.y1 <= canvas.y1, text
        assert [other for other, place in boxes[:i] if box.overlaps(place)] == [], text
