"""Which action stands behind each step of the catalogue."""

from collections.abc import Mapping

from controller.core import catalogue as step
from controller.services.steps import admission, database, neutralise, objects, password, route, template, transfer
from controller.services.steps.step import Action

ACTIONS: Mapping[str, Action] = {
    step.VALIDATE.name: Action(admission.validate),
    step.TEMPLATE.name: Action(template.ensure_template),
    step.SECRETS.name: Action(objects.make_secrets, undo=objects.undo_namespace),
    step.DATABASE.name: Action(
        database.create_database, undo=database.undo_database, check=database.check_ownership
    ),
    step.PERSONALISE.name: Action(database.personalise, undo=database.undo_personalise),
    step.OPEN.name: Action(database.open_database),
    step.WORKLOADS.name: Action(objects.apply_workloads, undo=objects.reapply_applied),
    step.SERVE.name: Action(objects.serve),
    step.VERIFY.name: Action(database.verify),
    step.CRON.name: Action(objects.start_cron),
    step.COPY_DATABASE.name: Action(
        transfer.copy_database, undo=transfer.undo_copy_database, check=database.check_ownership
    ),
    step.COPY_FILES.name: Action(transfer.copy_files, undo=transfer.undo_copy),
    step.NEUTRALISE.name: Action(neutralise.neutralise),
    step.CONFIRM.name: Action(admission.confirm),
    step.QUIESCE.name: Action(objects.quiesce, undo=objects.reapply_applied),
    step.FINAL_BACKUP.name: Action(
        transfer.final_backup, undo=transfer.forget_jobs, check=transfer.check_final_backup
    ),
    step.REMOVE_NAMESPACE.name: Action(objects.remove_namespace),
    step.REMOVE_DATABASE.name: Action(database.remove_database),
    step.CLEAN_UP.name: Action(transfer.clean_up),
    step.LIMITS.name: Action(database.raise_limits, undo=database.trim_limits_back),
    step.TRIM_LIMITS.name: Action(database.trim_limits, undo=database.raise_limits_again),
    step.ROLL_OUT.name: Action(objects.apply_beside, undo=objects.reapply_applied),
    step.SETTLE.name: Action(objects.settle),
    step.TURN.name: Action(route.turn),
    step.PRUNE.name: Action(route.prune),
    step.ADDRESS.name: Action(database.set_address, undo=database.undo_address),
    step.PASSWORD.name: Action(password.rotate_password, undo=password.undo_rotation),
    step.RESTORE_TEMPLATE.name: Action(template.restore_template, undo=template.undo_template),
    step.BUILD.name: Action(template.build_template, undo=template.undo_template),
    step.SEAL.name: Action(template.seal_template),
    step.KEEP_DUMP.name: Action(template.keep_dump),
}
