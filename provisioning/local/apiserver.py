"""Flags of the API server, the same on a node and in the integration tier."""

from __future__ import annotations

from pathlib import Path

from provisioning.local.spec import CLUSTER_DOMAIN, SERVICE_NETWORK


def apiserver_flags(
    *, pki: Path, bind_address: str, advertise_address: str, port: int, etcd_url: str, durable: bool
) -> list[str]:
    """Everything after the program's name.

    `durable`: events are kept for a day, so that a person still finds last
    night's; tests only need the last hour.
    """
    return [
        f"--bind-address={bind_address}",
        f"--advertise-address={advertise_address}",
        f"--secure-port={port}",
        f"--etcd-servers={etcd_url}",
        f"--service-cluster-ip-range={SERVICE_NETWORK}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        f"--client-ca-file={pki}/ca.crt",
        f"--tls-cert-file={pki}/apiserver.crt",
        f"--tls-private-key-file={pki}/apiserver.key",
        f"--kubelet-certificate-authority={pki}/ca.crt",
        f"--kubelet-client-certificate={pki}/apiserver-kubelet-client.crt",
        f"--kubelet-client-key={pki}/apiserver-kubelet-client.key",
        # The machine's host name may not resolve anywhere.
        "--kubelet-preferred-address-types=InternalIP",
        f"--service-account-issuer=https://kubernetes.default.svc.{CLUSTER_DOMAIN}",
        f"--service-account-key-file={pki}/service-account.pub",
        f"--service-account-signing-key-file={pki}/service-account.key",
        f"--proxy-client-cert-file={pki}/front-proxy-client.crt",
        f"--proxy-client-key-file={pki}/front-proxy-client.key",
        f"--requestheader-client-ca-file={pki}/ca.crt",
        # One authority signs both, so without this any client could claim to be the front proxy.
        "--requestheader-allowed-names=front-proxy",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--enable-aggregator-routing=true",
        f"--event-ttl={'24h' if durable else '1h'}",
        "--profiling=false",
    ]
