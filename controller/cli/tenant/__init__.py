"""`shopfleet tenant …`."""

import typer

from controller.cli.tenant import access, bundles, change, create, importing, look, remove, stores

app = typer.Typer(help="Retailers' Odoos: make, look at, change and remove them.", no_args_is_help=True)
app.command("create")(create.create)
app.command("list")(look.list_tenants)
app.command("show")(look.show)
app.command("open")(look.open_shop)
app.command("suspend")(change.suspend)
app.command("resume")(change.resume)
app.command("set-plan")(change.set_plan)
app.command("rename")(change.rename)
app.command("set-stores")(stores.set_stores)
app.command("add-bundle")(bundles.add_bundle)
app.command("clone")(create.clone)
app.command("delete")(remove.delete)
app.command("logs")(access.logs)
app.command("shell")(access.shell)
app.command("password")(access.password)
app.command("import")(importing.import_data)
