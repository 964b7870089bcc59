"""What the site weighs: bytes over the wire, memory, the binary."""

import re
import socket
from pathlib import Path

from report import Part, at_most
from server import BINARY, Server, start_dryrun

PAGE = "/questions/api-gateway-lambda"
REQUESTS = 10_000


def measure(scratch: Path) -> Part:
    with start_dryrun(scratch / "weight") as server:
        loaded = [(path, bytes_over_the_wire(server, path)) for path in [PAGE, *loads(server, PAGE)]]
        at_start = server.resident_mb()
        ask_for_everything(server)
        memory = server.resident_mb()
    total = sum(count for _, count in loaded) / 1000
    return Part(
        "Weight",
        f"The page is `{PAGE}` with all that it loads, compressed with brotli, headers included. Memory is the server's "
        f"resident size after {REQUESTS:,} requests for pages, lists, searches and the API, in brotli, gzip, zstd and plain.",
        [
            at_most("question page with everything it loads", total, 60, "KB"),
            at_most(f"resident memory after {REQUESTS:,} requests (before them: {at_start:.0f} MB)", memory, 80, "MB"),
            at_most("release binary", BINARY.stat().st_size / 1e6, 30, "MB"),
        ],
        [("Over the wire:", ["", "bytes"], [[path, f"{count:,}"] for path, count in loaded])],
    )


def loads(server: Server, path: str) -> list[str]:
    """What a browser fetches for a page by itself, style sheets read as well."""
    page = server.get(path).decode()
    links = re.findall(r'<link\b[^>]*rel="(?:stylesheet|icon|preload|modulepreload)"[^>]*>', page)
    found = [re.search(r'href="([^"]+)"', link)[1] for link in links]
    found += re.findall(r'<(?:script|img|iframe|source)\b[^>]*\bsrc="([^"]+)"', page)
    for sheet in [url for url in found if url.endswith(".css")]:
        found += re.findall(r"""url\(["']?(/[^)"']+)""", server.get(sheet).decode())
    for script in [url for url in found if url.endswith(".js")]:
        found += re.findall(r"""\bfrom\s*["'](/[^"']+)""", server.get(script).decode())
    return list(dict.fromkeys(found))


def bytes_over_the_wire(server: Server, path: str) -> int:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head = answer.split(b"\r\n\r\n")[0].lower()
    if not head.startswith(b"http/1.1 200") or b"content-encoding: br" not in head:
        raise SystemExit(f"bench: {path} did not come in brotli:\n{head.decode()}")
    return len(answer)


def ask_for_everything(server: Server) -> None:
    sitemap = server.get("/sitemap.xml").decode()
    pages = re.findall(r"<loc>https?://[^/<]+(/[^<]*|)</loc>", sitemap)
    pages = [page or "/" for page in pages]
    pages += ["/questions?level=beginner", "/questions?q=gateway", "/search?q=%22security+group%22", "/search?q=lamdba",
              "/feed.xml", "/api/v1/topics", "/api/v1/questions", "/api/v1/questions/api-gateway-lambda",
              "/api/v1/search?q=nat", "/api/v1/openapi.json"]
    encodings = ["br", "gzip", "zstd", "identity"]
    for number in range(REQUESTS):
        server.get(pages[number % len(pages)], Accept_Encoding=encodings[number // len(pages) % len(encodings)])
