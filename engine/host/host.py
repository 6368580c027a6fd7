"""Answer the engine's calls of a language host with the package `pulumi` of the program."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from engine.host.program import EXIT_REPORTED
from engine.rpc import Context

VERSION = "3.0.0"


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs; it installs nothing, and runs no policy packs."""

    def __init__(self, engine: str) -> None:
        """Take the engine's address."""
        self._engine = engine

    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: Context
    ) -> language_pb2.LanguageHandshakeResponse:
        """Answer the first call."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: Context) -> plugin_pb2.PluginInfo:
        """Return the host's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPlugins(
        self, request: language_pb2.GetRequiredPluginsRequest, context: Context
    ) -> language_pb2.GetRequiredPluginsResponse:
        """Name no plugin, as the engine finds them on PATH."""
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: Context
    ) -> language_pb2.GetRequiredPackagesResponse:
        """Name no package, as the engine finds their plugins on PATH."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: Context
    ) -> language_pb2.GetProgramDependenciesResponse:
        """List nothing; the engine only shows this."""
        return language_pb2.GetProgramDependenciesResponse()

    def Run(self, request: language_pb2.RunRequest, context: Context) -> language_pb2.RunResponse:
        """Run a program in a process of its own."""
        environment = {
            **os.environ,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        ended = subprocess.run(
            [_python(request.info), "-u", "-m", "engine.host.program", *self._options(request)],
            cwd=request.pwd,
            env=environment,
            check=False,
        )
        if ended.returncode == EXIT_REPORTED:
            return language_pb2.RunResponse(bail=True)
        error = f"the program exited with code {ended.returncode}" if ended.returncode else ""
        return language_pb2.RunResponse(error=error)

    def _options(self, request: language_pb2.RunRequest) -> list[str]:
        info = request.info
        options: Mapping[str, str] = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "parallel": str(request.parallel),
            "root-directory": info.root_directory,
            "program": str(Path(info.program_directory, info.entry_point or ".")),
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [*words, *(["--dry-run"] if request.dryRun else [])]


def _python(info: language_pb2.ProgramInfo) -> str:
    """Return the interpreter of the program's virtual environment; without one, this one."""
    options = json_format.MessageToDict(info.options)
    for folder in (info.program_directory, info.root_directory):
        found = Path(folder, options.get("virtualenv", ".venv"), "bin", "python")
        if found.exists():
            return str(found)
    return sys.executable
