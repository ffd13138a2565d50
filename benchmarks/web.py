"""How large and how fast a page of many events is, ours and those that the usual tools make.

    python benchmarks/web.py --sizes 1000 10000 --peers folium.Marker GeoJson -o figures.json

Pages open in headless Chromium without a network. Leaflet is put into the peers' pages for that; what a peer
needs beside it comes from other servers, so of FastMarkerCluster, pydeck and lonboard only size and time to
build are measured. Each peer builds in a process of its own that is ended when the cap is reached.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

VIEW = (1280, 860)
FRAMES = """
const done = arguments[arguments.length - 1];
const map = Object.values(window).find((x) => x instanceof L.Map);
const state = window.durand && window.durand.state;
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
  const step = () => { map._rawPanBy(L.point(6, 2)); map.fire("move"); };
  map.fire("movestart");
  run("pan", 40, step, () => { map.fire("moveend"); then(); });
};
const slide = (then) => {
  if (!state) return then();
  const [from, until] = state.span;
  run("slide", 30, (k) => state.setRange(from, until - k * 40), then);
};
drag(() => slide(() => done(times)));
"""
VISIBLE = """
const done = arguments[arguments.length - 1];
const mine = () => performance.getEntriesByName("durand-events").length || !window.durand.Packed;
const wait = () => {
  const late = window.durand && !mine() && !arguments[0];
  if (document.readyState !== "complete" || late) return setTimeout(wait, 5);
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
};
wait();
"""


def build(name: str, n: int, path: str) -> None:
    """Write the page of one tool."""
    import folium
    from invented import invented_events

    tables = invented_events(n)
    start = time.perf_counter()
    events = tables.events
    if name in ("durand", "empty"):
        import maps

        spec = maps.MapSpec(events=tables) if name == "durand" else maps.MapSpec(since="2030-01-01")
        page = maps.render(spec)
    elif name == "pydeck":
        import pydeck

        table = events[["event_type", "place", "summary"]].assign(
            lon=events.geometry.x, lat=events.geometry.y
        )
        layer = pydeck.Layer("ScatterplotLayer", table, get_position=["lon", "lat"], pickable=True)
        view = pydeck.ViewState(33, 69, 6)
        page = pydeck.Deck(layer, view, map_provider=None, tooltip={"text": "{summary}"}).to_html(
            as_string=True
        )
    elif name == "lonboard":
        import lonboard

        page = lonboard.Map(
            lonboard.ScatterplotLayer.from_geopandas(events[["summary", "geometry"]])
        ).to_html()
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
    Path(path).write_text(page, encoding="utf-8")
    Path(f"{path}.seconds").write_text(str(seconds))


def offline(text: str) -> str:
    """A page of folium with Leaflet in it in place of links to other servers."""
    from maps.interactive import _leaflet

    text = re.sub(r'<script src="[^"]*"></script>|<link rel="stylesheet" href="[^"]*"\s*/>', "", text)
    head = f"<style>{_leaflet('leaflet.css')}</style><script>{_leaflet('leaflet.js')}</script>"
    return text.replace("</head>", f"{head}</head>", 1)


def browser() -> Any:  # noqa: ANN401 - selenium comes with the tests
    """Headless Chromium without a network."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"),
        *("--enable-precise-memory-info", f"--user-data-dir={tempfile.mkdtemp()}"),
    ):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def median(values: list[float]) -> float | None:
    """The middle value, rounded; nothing of nothing."""
    return round(sorted(values)[len(values) // 2], 1) if values else None


def measure(name: str, n: int, cap: float, folder: Path) -> dict[str, Any]:
    """Build and open one page; what could not be measured says why."""
    path = folder / f"{name}-{n}.html"
    row: dict[str, Any] = {"tool": name, "events": n}
    worker = multiprocessing.get_context("spawn").Process(target=build, args=(name, n, str(path)))
    worker.start()
    worker.join(cap)
    if worker.is_alive():
        worker.terminate()
        return row | {"note": f"not built in {cap:.0f} s"}
    if worker.exitcode:
        return row | {"note": "could not be built"}
    data = path.read_bytes()
    row |= {
        "build_s": round(float(Path(f"{path}.seconds").read_text()), 1),
        "html_kb": len(data) // 1000,
        "gzip_kb": len(gzip.compress(data, 6)) // 1000,
    }
    if name in ("FastMarkerCluster", "pydeck", "lonboard"):
        return row | {"note": "needs files of other servers to open"}
    if name not in ("durand", "empty"):
        path.write_text(offline(data.decode()), encoding="utf-8")
    chrome = browser()
    try:
        chrome.set_page_load_timeout(cap)
        chrome.set_script_timeout(cap)
        size = {"width": VIEW[0], "height": VIEW[1], "deviceScaleFactor": 1, "mobile": False}
        chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        chrome.get(path.as_uri())
        row["visible_ms"] = round(chrome.execute_async_script(VISIBLE, name == "empty"))
        chrome.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        row["heap_mb"] = round(chrome.execute_script("return performance.memory.usedJSHeapSize") / 1e6, 1)
        times = chrome.execute_async_script(FRAMES)
        row |= {"pan_ms": median(times["pan"]), "slide_ms": median(times["slide"])}
    except Exception as err:  # whatever the browser says is the result
        row["note"] = f"page not ready in {cap:.0f} s ({type(err).__name__})"
    finally:
        chrome.quit()
    return row


def main() -> None:
    """Measure what the arguments ask for and print a line of JSON for each."""
    peers = ["folium.Marker", "GeoJson", "FastMarkerCluster", "explore", "pydeck", "lonboard"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--peers", nargs="*", default=peers)
    parser.add_argument(
        "--cap", type=float, default=120, help="seconds for a peer to build, and again to open"
    )
    parser.add_argument("-o", "--output", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure("empty", 1_000, 600, Path(folder))]
        print(json.dumps(rows[0]), flush=True)
        for n in chosen.sizes:
            for name in ("durand", *chosen.peers):
                rows.append(measure(name, n, 600 if name == "durand" else chosen.cap, Path(folder)))
                print(json.dumps(rows[-1]), flush=True)
    if chosen.output:
        chosen.output.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
