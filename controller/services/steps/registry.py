"""Which action stands behind each step of the catalogue."""

from collections.abc import Mapping

from controller.core import catalogue as step
from controller.services.steps import (
    admission,
    database,
    modules,
    neutralise,
    objects,
    password,
    route,
    stores,
    template,
    transfer,
)
from controller.services.steps.step import Action, Cannot, GoesWith, Nothing

LOOKS = Nothing("it only looks")
WAITS = Nothing("it only waits")
DATABASE_GOES = GoesWith.any_of(step.DATABASE, step.COPY_DATABASE)

ACTIONS: Mapping[str, Action] = {
    step.VALIDATE.name: Action(admission.validate, LOOKS),
    step.TEMPLATE.name: Action(
        template.ensure_template,
        Nothing("it waits; a build that it starts is for everybody who needs the template"),
    ),
    step.SECRETS.name: Action(objects.make_secrets, objects.undo_namespace, objects.check_secrets),
    step.DATABASE.name: Action(database.create_database, database.undo_database, database.check_ownership),
    step.PERSONALISE.name: Action(database.personalise, database.undo_personalise, database.check_address),
    step.OPEN.name: Action(database.open_database, DATABASE_GOES, database.check_trimmed),
    step.WORKLOADS.name: Action(objects.apply_workloads, objects.reapply_applied, objects.check_web),
    step.SERVE.name: Action(objects.serve, WAITS),
    step.VERIFY.name: Action(database.verify, LOOKS),
    step.STORES.name: Action(stores.set_up, stores.undo_set_up, stores.check_stores),
    step.CHANGE_STORES.name: Action(
        stores.change, Cannot("people work with what was made, and Odoo deletes none of it"), stores.check_stores
    ),
    step.INSTALL_MODULES.name: Action(
        modules.install, Cannot("uninstalling modules would delete what they hold"), modules.check
    ),
    step.CRON.name: Action(objects.start_cron, GoesWith.any_of(step.SECRETS, step.WORKLOADS), objects.check_cron),
    step.COPY_DATABASE.name: Action(transfer.copy_database, transfer.undo_copy_database, database.check_ownership),
    step.COPY_FILES.name: Action(transfer.copy_files, transfer.undo_copy, transfer.check_no_copies),
    step.NEUTRALISE.name: Action(neutralise.neutralise, DATABASE_GOES, neutralise.check_harmless),
    step.CONFIRM.name: Action(admission.confirm, LOOKS),
    step.QUIESCE.name: Action(objects.quiesce, objects.reapply_applied, objects.check_quiet),
    step.FINAL_BACKUP.name: Action(transfer.final_backup, transfer.forget_jobs, transfer.check_final_backup),
    step.REMOVE_NAMESPACE.name: Action(
        objects.remove_namespace, Cannot("files and passwords are gone"), objects.check_no_namespace
    ),
    step.REMOVE_DATABASE.name: Action(
        database.remove_database, Cannot("the data is gone"), database.check_no_database
    ),
    step.CLEAN_UP.name: Action(transfer.clean_up, Cannot("the copies are gone"), transfer.check_cleaned_up),
    step.LIMITS.name: Action(database.raise_limits, database.trim_limits_back, database.check_raised),
    step.TRIM_LIMITS.name: Action(database.trim_limits, database.raise_limits_again, database.check_trimmed),
    step.ROLL_OUT.name: Action(objects.apply_beside, route.roll_back, objects.check_rolled_out),
    step.SETTLE.name: Action(objects.settle, WAITS),
    step.TURN.name: Action(route.turn, route.turn_back, route.check_turned),
    step.PRUNE.name: Action(route.prune, route.bring_back, route.check_pruned),
    step.ADDRESS.name: Action(database.set_address, database.undo_address, database.check_address),
    step.PASSWORD.name: Action(password.rotate_password, password.undo_rotation, password.check_password),
    step.RESTORE_TEMPLATE.name: Action(template.restore_template, template.undo_template, template.check_filled),
    step.BUILD.name: Action(template.build_template, template.undo_template, template.check_filled),
    step.SEAL.name: Action(
        template.seal_template, Cannot("tenants may be copied from it at once"), template.check_sealed
    ),
    # Its Job goes with the build; a dump that is there is whole, and the next build's as well.
    step.KEEP_DUMP.name: Action(template.keep_dump, GoesWith.any_of(step.BUILD), template.check_dump),
}
