"""The program in a process of its own, started and ended as an operator or a power cut would."""

import asyncio
import contextlib
import os
import sys
import time
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = (sys.executable, str(ROOT / "bot.py"))
UP_S = 60.0  # how long a start may take before it counts as one that does not come up
OURS = ("ZHUCUN_", "TELEGRAM_", "WEBHOOK_", "PUBLIC_URL")


class Server:
    """`python bot.py serve` on a data folder; only ever this process is killed."""

    def __init__(self, folder: Path, port: int, environment: dict[str, str] | None = None) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = (*PROGRAM, "--data", str(folder), "serve", "--port", str(port))
        without_ours = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self._environment = {**without_ours, **(environment or {})}
        self._log = folder.parent / "server.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, environment: dict[str, str] | None = None) -> None:
        """Start the process, with these settings beside those given at first; it need not be up yet."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=ROOT, env=self._environment | (environment or {}), stdout=log, stderr=log
            )

    async def up(self, session: aiohttp.ClientSession, path: str = "/healthz") -> float:
        """Wait until a page is served; return the seconds it took."""
        began = time.monotonic()
        async with asyncio.timeout(UP_S):
            while True:
                assert self._process
                assert self._process.returncode is None, self.log()
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}{path}") as answer:
                        if answer.status == 200:
                            return time.monotonic() - began
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """End the process as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def resident_mib(self) -> float | None:
        """Return the memory that the process holds, where the system tells it as Linux does."""
        status = Path(f"/proc/{self._process.pid}/status") if self._process else Path()
        if not status.is_file():
            return None
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))

    def log(self) -> str:
        """Return the end of what the program wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-3000:]
