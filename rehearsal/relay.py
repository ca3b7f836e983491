"""A proxy to AWS that records requests and answers: names only, never values.

Clients use it through AWS_ENDPOINT_URL and the keys of the ready file. The proxy signs each request anew with the
account's credentials. It sends the request to botocore's endpoint, or to its own AWS_ENDPOINT_URL: a local EC2.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session
from botocore.model import OperationNotFoundError
from botocore.parsers import ResponseParserError, create_parser
from botocore.utils import get_environ_proxies

from .models import NAMES, Models, service
from .refusals import Refusal, error_code, render
from .request import Credentials, Request, read
from .serving import Start, environment, new_credentials, quiet_server, respond, wait_for_end, write_ready_file
from .wire import names

answered = partial(respond, reason="Relayed")


@dataclass(frozen=True)
class Exchange:
    """One call. `asked` and `answered`: the paths of all members, such as `Images[].Tags[].Key`."""

    service: str
    action: str
    region: str
    dry: bool
    status: int
    code: str | None
    asked: list[str]
    answered: list[str]
    # Kinds and names of members of request and answer that do not fit botocore's model. Messages would have values.
    strange: str | None


def paths(value: Any, at: str = "") -> Iterator[str]:
    """The paths of all leaves. Lists of values end with `[]`; empty values have no leaf."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from paths(one, f"{at}.{name}" if at else name)
    elif isinstance(value, list):
        for one in value:
            yield from paths(one, f"{at}[]")
    else:
        yield at


def read_answer(request: Request, status: int, headers: dict[str, str], body: bytes) -> tuple[list[str], str | None]:
    """The paths of an answer with status 200, as botocore's parser reads it, and members that the model lacks."""
    try:
        model = service(request.service)
        shape = model.operation_model(request.action).output_shape
        answer = {"status_code": status, "headers": headers, "body": body}
        parsed = create_parser(model.metadata["protocol"]).parse(answer, shape)
    except (OperationNotFoundError, ResponseParserError) as error:
        return [], type(error).__name__
    parsed.pop("ResponseMetadata", None)
    return sorted(set(paths(parsed))), names(Models().trouble(request, body)) or None


class Relay:
    """The WSGI application. `exchanges` has all calls so far."""

    def __init__(self, credentials: Credentials, session: Any) -> None:
        self._credentials, self._session, self._http = credentials, session, cache(self._connection)
        self.exchanges: list[Exchange] = []

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ.get("PATH_INFO") == "/rehearsal/exchanges":
            return answered(
                start, 200, "application/json", json.dumps([asdict(one) for one in self.exchanges]).encode()
            )
        headers = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
        request = read(headers, body, environ.get("QUERY_STRING", ""))
        if request.key != self._credentials.key or request.token != self._credentials.token:
            refusal = Refusal(403, "InvalidClientTokenId", "these are not the keys of the relay")
            return answered(start, refusal.status, *render(request.service, refusal))
        try:
            answer = self._send(request, environ, body)
        except BotoCoreError as error:
            # SDKs retry after a 502.
            print(f"relay: {request.service}:{request.action} in {request.region}: {error}", flush=True)
            return answered(start, 502, "text/plain", b"")
        self._note(request, body, environ, answer)
        return answered(start, answer.status_code, answer.headers.get("Content-Type", ""), answer.content)

    def _connection(self, url: str) -> URLLib3Session:
        return URLLib3Session(proxies=get_environ_proxies(url), timeout=60)

    @cache  # noqa: B019  (one relay a process)
    def _endpoint(self, name: str, region: str) -> str:
        url: str = self._session.create_client(NAMES.get(name, name), region_name=region).meta.endpoint_url
        return url

    def _send(self, request: Request, environ: dict[str, Any], body: bytes) -> Any:
        url = self._endpoint(request.service, request.region)
        passed = {"Content-Type": "CONTENT_TYPE", "X-Amz-Target": "HTTP_X_AMZ_TARGET"}
        headers = {name: environ[key] for name, key in passed.items() if environ.get(key)}
        query = environ.get("QUERY_STRING", "")
        signed = AWSRequest(environ["REQUEST_METHOD"], f"{url}/{'?' if query else ''}{query}", headers, body)
        frozen = self._session.get_credentials().get_frozen_credentials()
        SigV4Auth(frozen, request.service, request.region).add_auth(signed)
        return self._http(url).send(signed.prepare())

    def _note(self, request: Request, body: bytes, environ: dict[str, Any], answer: Any) -> None:
        parameters, refused = Models().parse(request, body, environ.get("QUERY_STRING", ""))
        status, content = answer.status_code, answer.content
        found, strange = read_answer(request, status, dict(answer.headers), content) if status == 200 else ([], None)
        self.exchanges.append(
            Exchange(
                request.service,
                request.action,
                request.region,
                bool(parameters.get("DryRun")),
                status,
                error_code(content) if status >= 400 else None,
                sorted(set(paths(parameters))),
                found,
                strange or (refused.mistakes or refused.code if refused else None),
            )
        )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="relay", description=__doc__)
    parser.add_argument("--ready-file", type=Path, required=True, help="file to write (0600) once it answers")
    parser.add_argument("--until-stdin-closes", action="store_true", required=True)
    given = parser.parse_args(arguments)
    session = botocore.session.get_session()
    if session.get_credentials() is None:
        print("relay: the environment has no AWS credentials", file=sys.stderr)
        return 1
    keys = new_credentials()
    server = quiet_server(Relay(keys, session))
    endpoint = f"http://127.0.0.1:{server.server_port}"
    ready = {"endpoint": endpoint, "pid": os.getpid(), "env": environment(endpoint, keys)}
    write_ready_file(given.ready_file, ready)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wait_for_end(server.shutdown)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
