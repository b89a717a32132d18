"""Watching a GAN learn in real Chromium, alone and with nine others."""

import resource
import time

import pytest
from safetensors.torch import load

from tests.browser.learning import anew, ink, more_guests, one_guest, reach, rests, steps, tab_alone  # noqa: F401
from tests.browser.pages import quiet

pytestmark = pytest.mark.browser


def test_play_pause_and_single_steps(page):
    assert ink(page, "canvas.plane") > 1000
    for only in ("discriminator", "generator"):
        page.click(f'[data-only="{only}"]')
    quiet(page)
    assert steps(page) == 0  # half a step each: a step is both
    page.click('[data-only=""]')
    reach(page, 1)
    page.click(".points .play")
    reach(page, 30)
    assert page.get_attribute(".points .play", "aria-pressed") == "true"
    page.click(".points .play")
    assert rests(page)
    page.click(".points .reset")
    page.wait_for_function("document.querySelector('.points .step').textContent === '0'")


@pytest.mark.alone
def test_the_picture_moves_ten_times_a_second(page):
    page.evaluate(
        "() => { window.moves = 0; new MutationObserver(() => window.moves++)"
        ".observe(document.querySelector('.points .step'), { childList: true, characterData: true, subtree: true }); }"
    )
    page.click(".points .play")
    reach(page, 20)
    page.evaluate("window.moves = 0")
    start = time.monotonic()
    page.wait_for_timeout(4000)
    rate = page.evaluate("window.moves") / (time.monotonic() - start)
    print(f"{rate:.1f} pictures a second")
    assert rate >= 5  # 10 on two free cores; see tests/benchmarks/bench_live.py


def test_a_hidden_view_stops_training(page):
    page.click(".points .play")
    reach(page, 5)
    page.click('[data-view="digits"]')
    assert rests(page)


def test_scrolled_out_of_sight_it_rests(page):
    page.evaluate("document.body.style.paddingBottom = '6000px'")
    page.click(".points .play")
    reach(page, 5)
    page.evaluate("window.scrollTo(0, 5000)")
    page.wait_for_timeout(100)  # the browser tells the page what is in sight
    assert rests(page)
    page.evaluate("window.scrollTo(0, 0); document.body.style.paddingBottom = ''")
    reach(page, steps(page) + 5)


def test_a_failure_and_its_cure_by_keyboard(page):
    page.focus('[data-preset="collapse"]')
    page.keyboard.press("Enter")
    reach(page, 10)
    assert "five times" in page.inner_text(".points .why")
    page.focus(".points .cure")
    page.keyboard.press("Enter")
    assert "penalty" in page.inner_text(".points .curewhy")
    now = steps(page)
    reach(page, now + 10)  # the same run goes on


def test_a_drawing_is_learnt(visit, served):
    page = visit(390, 844, has_touch=True)
    page.click('[data-target="strokes"]')
    box = page.locator("canvas.plane").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 240, steps=40)
    page.mouse.up()
    page.click(".points .play")
    reach(page, 10)
    assert page.inner_text(".pieces-name") == "Stretches reached"
    run = [seat.run for seat in served[1].points._seats.values() if seat.run.settings.points == "strokes"][-1]
    slope = run.target.skeleton[-1] - run.target.skeleton[0]
    assert slope[0] > 0.3 and slope[1] < -0.3  # drawn down to the right, y upwards
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_empty_drawing_says_what_to_do(page):
    page.click('[data-target="strokes"]')
    page.click(".points .play")
    page.wait_for_function("document.querySelector('.learn .notice').textContent.includes('Draw')")
    assert page.get_attribute(".points .play", "aria-pressed") == "false"


def test_digits_learn_are_scored_and_go_home(page):
    page.click('[data-view="digits"]')
    page.wait_for_function("document.querySelector('.digits .step').textContent === '0'", timeout=60_000)
    page.click(".digits .play")
    reach(page, 20, "digits")
    page.wait_for_function("document.querySelector('.digits .covered').textContent.includes('of 10')", timeout=60_000)
    assert float(page.inner_text(".digits .frechet")) > 0
    page.click(".digits .play")
    page.eval_on_selector(".scrubber", "s => { s.value = 0; s.dispatchEvent(new Event('input')); }")
    page.wait_for_function("document.querySelector('.digits .when').textContent === 'step 0'")
    with page.expect_download() as download:
        page.click(".digits .save")
    assert download.value.suggested_filename.endswith(".safetensors")
    state = load(download.value.path().read_bytes())
    assert state["from_z.weight"].shape == (2352, 42)


def test_clothes_are_named_where_digits_have_numbers(page):
    page.click('[data-view="digits"]')
    page.click('[data-data="clothing"]')
    page.click('[data-recipe="infogan"]')  # begins at once
    reach(page, 1, "digits")
    page.wait_for_function("document.querySelector('.digits .missing').textContent.length", timeout=60_000)
    assert page.inner_text(".digits .covered-name") == "Clothes covered"
    assert any(name in page.inner_text(".digits .missing") for name in ("coat", "sandal", "bag", "shirt"))
    page.click('[data-data="digits"]')
    page.wait_for_function("document.querySelector('.digits .missing').textContent === ''")
    assert "digits" in page.get_attribute(".digits .wall", "aria-label")


def test_a_forgotten_run_is_explained(page, served):
    page.click('[data-only=""]')
    reach(page, 1)
    served[1].points._seats.clear()
    page.click('[data-only=""]')
    page.wait_for_function("document.querySelector('.learn .notice').textContent.includes('no longer')")
    page.click(".points .play")  # starts another
    reach(page, 2)


def test_a_busy_server_is_asked_again(page):
    refused = []

    def busy_twice(route):
        if "points.frame" not in route.request.post_data or len(refused) == 2:
            return route.continue_()
        refused.append(route)
        return route.fulfill(json={"error": "The server is busy: 3 requests are in line before yours.", "busy": 3})

    page.route("**/atelier/ask/**", busy_twice)
    page.click(".points .play")
    page.wait_for_function("document.querySelector('.learn .notice').textContent.includes('busy')")
    reach(page, 5)
    assert len(refused) == 2
    assert page.inner_text(".points .play") == "Pause" and page.inner_text(".learn .notice") == ""
    page.unroute("**/atelier/ask/**")


def test_bad_requests_are_answered_in_words(served):
    teacher = served[1]
    for request in (None, [], {}, {"ask": "x"}, {"ask": "points.frame", "id": 7}, {"ask": "digits.frame"},
                    {"ask": "points.start", "settings": {"loss": "x"}},
                    {"ask": "digits.start", "settings": {"seed": []}},
                    {"ask": "points.start", "settings": {"points": "strokes"}, "drawing": 5},
                    {"ask": "leave", "ids": [None]}, {"ask": "points.frame", "id": "x", "steps": True}):  # fmt: skip
        assert len(teacher.answer(request)["error"]) > 10
    assert teacher.answer({"ask": "leave", "ids": ["nobody"]}) == {}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ten_visitors_train_at_once_and_leave_nothing_behind(visit, served):
    """Each visitor is told by the name that their page gives itself: runs of earlier tests' pages do not count."""
    visitors = []

    def kept():
        return [seat for seat in list(served[1].points._seats.values()) if seat.visitor in visitors]

    pages = [visit(400, 500) for _ in range(10)]  # small: ten browsers paint on what cores there are
    for page in pages:
        page.bring_to_front()
        with page.expect_request("**/atelier/ask/learn") as asked:
            page.click(".points .play")
        visitors.append(asked.value.headers["x-atelier-session"])
    for page in pages:
        reach(page, 12, timeout=120_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mid = [steps(page) for page in pages]
    for page, done in zip(pages, mid, strict=True):
        reach(page, done + 8, timeout=120_000)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts = [steps(page) for page in pages]
    print("steps of ten visitors:", counts)
    assert min(counts) >= 20
    assert [page.inner_text(".learn .notice") for page in pages] == [""] * 10
    assert len(kept()) == len(set(visitors)) == 10
    assert after - before < 100 * 1024  # kilobytes
    for page in pages:
        page.goto("about:blank")
    deadline = time.monotonic() + 15
    while kept() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert kept() == []
