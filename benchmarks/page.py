"""How large and how fast a page of events is: ours, and those that the usual tools make of the same events.

    python benchmarks/page.py --sizes 1000 10000 -o figures.json
    python benchmarks/page.py --sizes 1000000 --peers

Pages open in headless Chromium without a network, each `--repeats` times; times are medians. Leaflet is put
into the peers' pages for that. FastMarkerCluster's own script is taken from `--scripts`, a folder in which
`npm install leaflet.markercluster@1.1.0` was run. pydeck and lonboard load a megabyte and more from other
servers when they open; of them only size and time to build are measured. Each tool builds in a process of its
own that is ended when the cap is reached. Events are invented (`benchmarks/invented.py`).
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import re
import resource
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

VIEW = (1280, 860)
PEERS = ("folium.Marker", "GeoJson", "FastMarkerCluster", "explore", "pydeck", "lonboard")

# From navigation to two frames after the events were drawn.
VISIBLE = """
const done = arguments[arguments.length - 1];
const ours = arguments[0];
const there = () => document.readyState === "complete"
  && (!ours || performance.getEntriesByName("durand-events").length > 0);
const wait = () => {
  if (!there()) return setTimeout(wait, 4);
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
};
wait();
"""

# Frames while the map is dragged, let go every tenth, and while the upper handle of time moves.
FRAMES = """
const done = arguments[arguments.length - 1];
const map = Object.values(window).find((x) => x instanceof L.Map);
const times = { pan: [], slide: [] };
const run = (kind, steps, act, then) => {
  let last = performance.now();
  const tick = (k) => requestAnimationFrame(() => {
    const now = performance.now();
    if (k) times[kind].push(now - last);
    last = now;
    if (k === steps) return then();
    act(k);
    tick(k + 1);
  });
  tick(0);
};
const drag = (then) => {
  const step = (k) => {
    if (k % 10 === 0) map.fire("movestart");
    map._rawPanBy(L.point(k < 30 ? 6 : -6, 2));
    map.fire("move");
    if (k % 10 === 9) map.fire("moveend");
  };
  run("pan", 60, step, then);
};
const slide = (then) => {
  const high = document.querySelector(".time-high");
  if (!high || !high.offsetParent) return then();
  const size = Number(high.max);
  run("slide", 60, (k) => {
    high.value = Math.round(size * (1 - k / 80));
    high.dispatchEvent(new Event("input"));
  }, then);
};
drag(() => slide(() => done(times)));
"""


def build(name: str, n: int, path: str) -> None:
    """Write the page of one tool, with how long that took beside it."""
    import folium
    from invented import invented_events

    tables = invented_events(n)
    events = tables.events
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    if name in ("durand", "empty"):
        import maps

        spec = maps.MapSpec(events=tables) if name == "durand" else maps.MapSpec(since="2030-01-01")
        page = maps.render(spec)
    elif name == "pydeck":
        import pydeck

        table = events[["event_type", "place", "summary"]].astype({"event_type": str})
        table = table.assign(lon=events.geometry.x, lat=events.geometry.y)
        layer = pydeck.Layer(
            "ScatterplotLayer", table, get_position=["lon", "lat"], get_radius=3000, pickable=True
        )
        view = pydeck.ViewState(latitude=33, longitude=69, zoom=6)
        deck = pydeck.Deck([layer], view, map_provider=None, tooltip={"text": "{summary}"})
        page = deck.to_html(as_string=True)
    elif name == "lonboard":
        import lonboard

        columns = events[["summary", "geometry"]]
        page = lonboard.Map(lonboard.ScatterplotLayer.from_geopandas(columns)).to_html()
    else:
        plain = folium.Map(location=[33, 69], zoom_start=6, tiles=None)
        if name == "folium.Marker":
            for row in events.itertuples():
                folium.Marker([row.geometry.y, row.geometry.x], tooltip=row.summary).add_to(plain)
        elif name == "GeoJson":
            data = events[["event_type", "place", "summary", "geometry"]].astype({"event_type": str})
            marker, tip = folium.CircleMarker(radius=4), folium.GeoJsonTooltip(["summary"])
            folium.GeoJson(data, marker=marker, tooltip=tip).add_to(plain)
        elif name == "FastMarkerCluster":
            from folium.plugins import FastMarkerCluster

            rows = zip(events.geometry.y, events.geometry.x, events["summary"], strict=True)
            FastMarkerCluster([list(row) for row in rows]).add_to(plain)
        elif name == "explore":
            columns = events[["event_type", "summary", "geometry"]].astype({"event_type": str})
            plain = columns.explore("event_type", tiles=None)
        page = plain.get_root().render()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    Path(path).write_text(page, encoding="utf-8")
    Path(f"{path}.json").write_text(json.dumps([seconds, before // 1024, peak // 1024]))


def offline(text: str, name: str, scripts: Path | None) -> str | None:
    """A peer's page with what it needs in place of links to other servers; nothing if that is lacking."""
    from maps.web.leaflet import _leaflet

    styles, codes = [_leaflet("leaflet.css")], [_leaflet("leaflet.js")]
    if name in ("pydeck", "lonboard") or (name == "FastMarkerCluster" and scripts is None):
        return None
    if name == "FastMarkerCluster" and scripts is not None:
        own = scripts / "leaflet.markercluster" / "dist"
        styles += [
            (own / file).read_text("utf-8") for file in ("MarkerCluster.css", "MarkerCluster.Default.css")
        ]
        codes.append((own / "leaflet.markercluster.js").read_text("utf-8"))
    text = re.sub(r'<script src="[^"]*"></script>|<link rel="stylesheet" href="[^"]*"\s*/>', "", text)
    inside = "".join(f"<style>{style}</style>" for style in styles)
    inside += "".join(f"<script>{code}</script>" for code in codes)
    return text.replace("</head>", f"{inside}</head>", 1)


def browser() -> Any:
    """Headless Chromium without a network."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        *("--headless=new", "--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"),
        *("--enable-unsafe-swiftshader", "--enable-precise-memory-info"),
        f"--user-data-dir={tempfile.mkdtemp()}",
    ):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def median(values: list[float]) -> float | None:
    """The middle value, rounded; nothing of nothing."""
    return round(statistics.median(values), 1) if values else None


def watch(path: Path, name: str, cap: float, repeats: int) -> dict[str, Any]:
    """Open a page several times in one browser; the first time warms it up and is not counted."""
    chrome = browser()
    seen: dict[str, list[float]] = {"visible_ms": [], "heap_mb": [], "pan_ms": [], "slide_ms": []}
    try:
        chrome.set_page_load_timeout(cap)
        chrome.set_script_timeout(cap)
        size = {"width": VIEW[0], "height": VIEW[1], "deviceScaleFactor": 1, "mobile": False}
        chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        ours = name in ("durand", "empty")
        for turn in range(repeats + 1):
            chrome.get("about:blank")
            chrome.get(path.as_uri())
            visible = chrome.execute_async_script(VISIBLE, ours)
            if not turn:
                continue
            seen["visible_ms"].append(visible)
            chrome.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
            heap = chrome.execute_script("return performance.memory.usedJSHeapSize")
            seen["heap_mb"].append(heap / 1e6)
            times = chrome.execute_async_script(FRAMES)
            seen["pan_ms"] += times["pan"]
            seen["slide_ms"] += times["slide"]
        return {key: median(values) for key, values in seen.items()}
    finally:
        chrome.quit()


def measure(name: str, n: int, chosen: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Build and open one page; what could not be measured says why."""
    path = folder / f"{name}-{n}.html"
    row: dict[str, Any] = {"tool": name, "events": n}
    cap = 600 if name in ("durand", "empty") else chosen.cap
    worker = multiprocessing.get_context("spawn").Process(target=build, args=(name, n, str(path)))
    worker.start()
    worker.join(cap)
    if worker.is_alive():
        worker.terminate()
        return row | {"note": f"not built in {cap:.0f} s"}
    if worker.exitcode:
        return row | {"note": "could not be built"}
    seconds, before, peak = json.loads(Path(f"{path}.json").read_text())
    data = path.read_bytes()
    row |= {"build_s": round(seconds, 1), "events_mb": before, "peak_mb": peak}
    row |= {"html_kb": len(data) // 1000, "gzip_kb": len(gzip.compress(data, 6)) // 1000}
    if name not in ("durand", "empty"):
        text = offline(data.decode(), name, chosen.scripts)
        if text is None:
            return row | {"note": "needs files of other servers to open"}
        path.write_text(text, encoding="utf-8")
    try:
        row |= watch(path, name, cap, chosen.repeats)
    except Exception as err:  # whatever the browser says is the result
        row["note"] = f"page not ready in {cap:.0f} s ({type(err).__name__})"
    path.unlink()
    return row


def main() -> None:
    """Measure what the arguments ask for and print a line of JSON for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--peers", nargs="*", default=PEERS)
    parser.add_argument(
        "--cap", type=float, default=60, help="seconds for a peer to build, and again to open"
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--scripts", type=Path, help="node_modules with what peers load from other servers")
    parser.add_argument("-o", "--output", type=Path)
    chosen = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, n in [
            ("empty", 1_000),
            *((name, n) for n in chosen.sizes for name in ("durand", *chosen.peers)),
        ]:
            rows.append(measure(name, n, chosen, Path(folder)))
            print(json.dumps(rows[-1]), flush=True)
    if chosen.output:
        chosen.output.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
