"""The server: health, metrics, the list of models, and chat completions."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from vllm.engine.arg_utils import AsyncEngineArgs

METRICS = """\
# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="tiny"} 3.0
vllm:num_requests_running{engine="1",model_name="tiny"} 2.0
vllm:num_requests_waiting{engine="0",model_name="tiny"} 7.0
vllm:kv_cache_usage_perc{engine="0",model_name="tiny"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="tiny"} 0.75
vllm:prefix_cache_queries_total{engine="0",model_name="tiny"} 1.2e+03
vllm:prefix_cache_hits_total{engine="0",model_name="tiny"} 400.0
vllm:prompt_tokens_total{engine="0",model_name="tiny"} 5120.0
vllm:generation_tokens_total{engine="0",model_name="tiny"} 640.0
vllm:prompt_tokens_created{engine="0",model_name="tiny"} 1.7641e+09
"""


class Handler(BaseHTTPRequestHandler):
    """Answers as vLLM does, in form."""

    options: argparse.Namespace

    def do_GET(self) -> None:
        """Health, metrics, and the list of models."""
        name = self.options.served_model_name
        bodies = {
            "/health": "",
            "/metrics": METRICS,
            "/v1/models": json.dumps({"data": [{"id": name, "max_model_len": self.options.max_model_len}]}),
        }
        self._reply(200 if self.path in bodies else 404, bodies.get(self.path, ""))

    def do_POST(self) -> None:
        """The question in a box."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = f"\\boxed{{{asked['messages'][-1]['content']}}}"
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 12, "completion_tokens": 30, "total_tokens": 42}
        self._reply(200, json.dumps({"choices": [choice], "usage": usage}))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""

    def _reply(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())


def main() -> None:
    """Serve, with a child that outlives a careless end, as vLLM's engine would."""
    parser = AsyncEngineArgs.add_cli_args(argparse.ArgumentParser())
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    mode = os.environ.get("FAKE_VLLM")
    print("INFO starting", options.model)
    if mode == "dies":
        sys.exit("ValueError: no such weights")
    if mode == "stays":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    if noted := os.environ.get("FAKE_VLLM_PROCESSES"):
        Path(noted).write_text(f"{os.getpid()} {child.pid}", encoding="utf-8")
    if mode in ("hangs", "stays"):
        print("INFO loading weights, for ever", flush=True)
        time.sleep(600)
    Handler.options = options
    ThreadingHTTPServer((options.host, options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
