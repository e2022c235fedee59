"""TLS: always verified; optionally with a private authority and a client certificate.

`caFile` is trusted in addition to the machine's authorities. `clientCertFile` (PEM) holds the
client certificate, and the key unless `clientKeyFile` does; `clientKeyPassword` is the key's
password. Only the origin in the options receives the certificate. All files are on the machine that
makes the request. The certificate and key files must be in the server's list of secrets, see
`_credentials.secrets`.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from .._credentials.secrets import Secret
from .._errors import OptionError
from .._options import OptionReader

TLS_OPTIONS = ("caFile", "clientCertFile", "clientKeyFile", "clientKeyPassword")

_NO_SECRET = Secret("", "")


@dataclass(frozen=True)
class TlsFiles:
    """The paths of the files. The process that connects reads them."""

    ca_file: str = ""
    cert: Secret = _NO_SECRET
    key: Secret = _NO_SECRET
    key_password: Secret = _NO_SECRET

    def context(self, own_origin: bool) -> ssl.SSLContext:
        """A context for one origin; with the client certificate only for the options' origin."""
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.ca_file:
            try:
                context.load_verify_locations(cafile=self.ca_file)
            except (OSError, ValueError):
                raise OptionError(
                    f"option 'caFile': {self.ca_file!r} can't be read as PEM certificates on the "
                    "machine that makes the request."
                ) from None
        if self.cert and own_origin:
            self._load_own(context)
        return context

    def _load_own(self, context: ssl.SSLContext) -> None:
        cert = self.cert.file_path()
        key = self.key.file_path() if self.key else cert
        password = self.key_password.resolve()
        try:
            # Always pass a password, even an empty one: otherwise OpenSSL asks at the terminal.
            context.load_cert_chain(cert, key, password=lambda: password)
        except (OSError, ValueError):
            raise OptionError(
                f"options 'clientCertFile' and 'clientKeyFile': {cert!r} and {key!r} can't be "
                "loaded as a PEM certificate and its key; is 'clientKeyPassword' right?"
            ) from None


def read_tls(options: OptionReader) -> TlsFiles:
    """Reads `TLS_OPTIONS`."""
    for name in ("clientKeyFile", "clientKeyPassword"):
        if options.text(name) and not options.text("clientCertFile"):
            raise options.fail(name, "needs clientCertFile.")
    ca_file = options.text("caFile").strip()
    return TlsFiles(
        ca_file.removeprefix("file:"),
        # The paths are not secret, but the server's list of secrets must allow the files.
        Secret("clientCertFile", options.text("clientCertFile").strip()),
        Secret("clientKeyFile", options.text("clientKeyFile").strip()),
        options.secret("clientKeyPassword"),
    )
