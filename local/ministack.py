"""Command, environment and certificates of the ministack process."""

import os
from pathlib import Path

import trustme

from local import ROOT

PYTHON = ROOT / ".emulator" / "bin" / "python"
"""Interpreter with ministack and boto3, but without Pillow and the project, so that an incomplete
layer fails as it would in AWS."""

ACCOUNT_ID = "123456789012"
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105 - the root user of an emulator that listens on loopback
HOST = "127.0.0.1"


def command(listener: int) -> list[str]:
    """Return the command that serves on the inherited socket `listener`.

    The process first writes its id to a file, so that it can be killed at any time.

    hypercorn serves ministack's application as ministack's own entry point does, but without its
    second listener on port 443 and its pid file in the machine's temporary directory.
    """
    certificate = ["--certfile", "server.pem", "--keyfile", "server.pem"]
    server = [str(PYTHON), "-m", "hypercorn", "ministack.app:app", "--workers", "0"]
    bind = ["--bind", f"fd://{listener}", "--keep-alive", "75"]
    return ["/bin/sh", "-c", 'echo $$ > pid; exec "$@"', "sh", *server, *bind, *certificate]


def environment(directory: Path, *, region: str, port: int) -> dict[str, str]:
    """Return the complete environment of the emulator and of each function in it."""
    certificate = str(directory / "server.pem")
    return {
        "PATH": os.defpath,
        "HOME": str(directory / "home"),
        "TMPDIR": str(directory / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": certificate,
        "MINISTACK_SSL_KEY": certificate,
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
        "MINISTACK_REGION": region,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_CA_BUNDLE": str(directory / "ca.pem"),
        "LAMBDA_EXECUTOR": "local",
        # Keep it away from a Docker daemon on this machine.
        "DOCKER_HOST": f"unix://{directory}/no-docker.sock",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def write_certificates(directory: Path) -> None:
    """Write `ca.pem`, a new authority, and `server.pem`, the emulator's key and certificate."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", HOST)
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    certificate.private_key_and_cert_chain_pem.write_to_path(str(directory / "server.pem"))
