"""What a button returns to show a record."""


def form_of(model, record_id, **more):
    """The action that opens the form of one record; `more` of the action, such as its name."""
    return {
        "type": "ir.actions.act_window",
        "res_model": model,
        "res_id": record_id,
        "view_mode": "form",
        **more,
    }
