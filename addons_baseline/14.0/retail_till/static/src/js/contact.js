odoo.define("retail_till.contact", function (require) {
    "use strict";

    const models = require("point_of_sale.models");

    const EVERY_MS = 60 * 1000;
    const GIVE_UP_AFTER_MS = 20 * 1000;
    const DEVICE_KEY = "retail_till.device";
    const posModel = models.PosModel.prototype;

    // What this browser calls itself, for as long as it keeps what it stores, which includes sales that wait.
    function device() {
        let name = localStorage.getItem(DEVICE_KEY);
        if (!name) {
            name = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
                byte.toString(16).padStart(2, "0")
            ).join("");
            localStorage.setItem(DEVICE_KEY, name);
        }
        return name;
    }

    // Seconds since the oldest of these orders was paid; 0 without any.
    function oldestSeconds(orders) {
        const paid = orders.map((order) => new Date(order.data.creation_date).getTime());
        return paid.length ? Math.max(0, Math.round((Date.now() - Math.min(...paid)) / 1000)) : 0;
    }

    models.PosModel = models.PosModel.extend({
        after_load_server_data: function () {
            const report = () => this.report_contact();
            this.contact_timer = setInterval(report, EVERY_MS);
            report();
            return posModel.after_load_server_data.apply(this, arguments);
        },

        destroy: function () {
            clearInterval(this.contact_timer);
            return posModel.destroy.apply(this, arguments);
        },

        // Say that this till is there, and what it holds. Without the server nothing is shown: the till shows that
        // by itself, and the server misses it.
        report_contact: function () {
            const waiting = this.db.get_orders();
            return this.rpc(
                {
                    model: "pos.session",
                    method: "till_contact",
                    args: [[this.pos_session.id], device(), waiting.length, oldestSeconds(waiting)],
                },
                {timeout: GIVE_UP_AFTER_MS, shadow: true}
            ).catch((reason) => {
                if (reason && reason.event) {
                    reason.event.preventDefault();
                }
            });
        },
    });
});
