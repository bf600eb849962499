"""A client of the server that the environment or a profile names, with patience for a server that is still starting."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, Plugin
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from workers.settings import Settings, SettingsError

log: Final = logging.getLogger("temporal_pregel.worker")
RETRY_SECONDS: Final = 2.0
DEFAULT_ADDRESS: Final = "localhost:7233"

_FINAL: Final = {
    RPCStatusCode.UNAUTHENTICATED: "it doesn't accept this worker's API key or certificate",
    RPCStatusCode.PERMISSION_DENIED: "it doesn't let this worker into the namespace",
    RPCStatusCode.UNIMPLEMENTED: "it is no Temporal server",
}


class ServerUnreachableError(RuntimeError):
    """The server can't be reached, or not with these credentials; the message names its address and what to look at."""


def connect_words(settings: Settings, environment: Mapping[str, str]) -> dict[str, Any]:
    """The words for `Client.connect`: the SDK's reading of profile and environment, flags above both.

    Raises:
        SettingsError: The TOML file or one of the variables can't be read.
    """
    try:
        words: dict[str, Any] = dict(
            ClientConfig.load_client_connect_config(
                settings.profile, config_file=settings.config_file, override_env_vars=dict(environment)
            )
        )
    except (RuntimeError, OSError, ValueError) as error:
        raise SettingsError(f"The Temporal profile or the TEMPORAL_ variables can't be read: {error}") from None
    words["target_host"] = settings.address or words.get("target_host") or DEFAULT_ADDRESS
    words["namespace"] = settings.namespace or words.get("namespace") or "default"
    return words


async def connect(words: Mapping[str, Any], plugins: list[Plugin], patience: float) -> Client:
    """A client whose server answers and has the namespace; tries again for `patience` seconds, and says so.

    Raises:
        ServerUnreachableError: It didn't answer in that time, or it refused us.
    """
    address, namespace = words["target_host"], words["namespace"]
    deadline = time.monotonic() + patience
    while True:
        try:
            client = await Client.connect(**words, plugins=plugins)
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
            return client
        except RPCError as error:
            if error.status in _FINAL:
                raise ServerUnreachableError(f"{address} refuses: {_FINAL[error.status]} ({error.message}).") from None
            missing = error.status == RPCStatusCode.NOT_FOUND
            fault = f"it has no namespace {namespace!r}" if missing else error.message
        except RuntimeError as error:  # the SDK reports a connection that fails as a RuntimeError
            fault = " ".join(str(error).split())
        left = deadline - time.monotonic()
        if left <= 0:
            raise ServerUnreachableError(
                f"The Temporal server at {address} (namespace {namespace}) can't be used: {fault}. Look at "
                "TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS and TEMPORAL_API_KEY, or the profile; "
                "`--dev` starts a server here."
            )
        log.warning("waiting for the Temporal server at %s, %.0f s left: %s", address, left, fault)
        await asyncio.sleep(min(RETRY_SECONDS, left))
