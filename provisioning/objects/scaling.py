"""How many web pods a tenant has, decided here and nowhere else."""

from provisioning.objects.inputs import Inputs


def web_replicas(inputs: Inputs) -> int | None:
    """Replicas of the web Deployment; None leaves the field to an autoscaler that owns it.

    Server-side apply removes nothing that another owner still claims, so leaving the field out is how it is
    handed over.
    """
    return 0 if inputs.tenant.spec.suspended else inputs.plan.replicas.min


def cron_replicas(inputs: Inputs) -> int:
    """Never more than one: scheduled actions and job runners lock each other out, a second pod would only wait."""
    return 0 if inputs.tenant.spec.suspended else 1
